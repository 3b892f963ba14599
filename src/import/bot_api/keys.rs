//! Keys of a Bot API message whose values are not read as content: they are kept as they are, become flags, or repeat other
//! keys.

use serde_json::Value;

/// Keys about presentation, payment and the bots involved, which are kept in `ext`.
pub(super) const KEPT_KEYS: &[&str] = &[
    "show_caption_above_media",
    "effect_id",
    "sender_boost_count",
    "paid_star_count",
    "suggested_post_info",
    "direct_messages_topic",
    "reply_to_checklist_task_id",
    "reply_to_poll_option_id",
    "sender_business_bot",
    "guest_bot_caller_user",
    "guest_bot_caller_chat",
    "receiver_user",
];

/// Keys from before Bot API 7.0. If the message has `forward_origin`, they only repeat it.
pub(super) const OLD_FORWARD_KEYS: &[&str] = &[
    "forward_from",
    "forward_from_chat",
    "forward_from_message_id",
    "forward_signature",
    "forward_sender_name",
    "forward_date",
];

/// Keys that say what happened in the chat, which are kept in `service`.
pub(super) const SERVICE_KEYS: &[&str] = &[
    "new_chat_members",
    "new_chat_member",
    "new_chat_participant",
    "left_chat_member",
    "left_chat_participant",
    "new_chat_title",
    "new_chat_photo",
    "delete_chat_photo",
    "group_chat_created",
    "supergroup_chat_created",
    "channel_chat_created",
    "message_auto_delete_timer_changed",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
    "pinned_message",
    "successful_payment",
    "refunded_payment",
    "users_shared",
    "user_shared",
    "chat_shared",
    "connected_website",
    "write_access_allowed",
    "passport_data",
    "proximity_alert_triggered",
    "boost_added",
    "chat_background_set",
    "checklist_tasks_done",
    "checklist_tasks_added",
    "direct_message_price_changed",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
    "forum_topic_reopened",
    "general_forum_topic_hidden",
    "general_forum_topic_unhidden",
    "giveaway_created",
    "giveaway_completed",
    "paid_message_price_changed",
    "suggested_post_approved",
    "suggested_post_approval_failed",
    "suggested_post_declined",
    "suggested_post_paid",
    "suggested_post_refunded",
    "video_chat_scheduled",
    "video_chat_started",
    "video_chat_ended",
    "video_chat_participants_invited",
    "voice_chat_scheduled",
    "voice_chat_started",
    "voice_chat_ended",
    "voice_chat_participants_invited",
    "web_app_data",
    "poll_option_added",
    "poll_option_deleted",
    "managed_bot_created",
    "chat_owner_left",
    "chat_owner_changed",
    "community_chat_added",
    "community_chat_removed",
    "gift",
    "unique_gift",
    "gift_upgrade_sent",
];

/// Keys, each with the flag that it sets on the message.
pub(super) const FLAG_KEYS: &[(&str, &str)] = &[
    ("has_protected_content", "protected_content"),
    ("is_paid_post", "paid_post"),
    ("is_from_offline", "from_offline"),
    ("has_media_spoiler", "spoiler"),
    ("ephemeral_message_id", "ephemeral"),
    ("guest_query_id", "guest"),
    ("business_connection_id", "business"),
];

/// Whether a flag is set: its value is `true`, or an id.
pub(super) fn is_set(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(truth) => *truth,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}
