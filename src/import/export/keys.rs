//! The keys of an exported message: those that are read, and those that are kept without being read.

/// Keys that are read into fields of the record.
const READ_KEYS: &[&str] = &[
    "id",
    "type",
    "date",
    "date_unixtime",
    "edited",
    "edited_unixtime",
    "from",
    "from_id",
    "author",
    "forwarded_from",
    "forwarded_from_id",
    "saved_from",
    "reply_to_message_id",
    "reply_to_peer_id",
    "via_bot",
    "photo",
    "photo_file_size",
    "width",
    "height",
    "media_spoiler",
    "file",
    "file_name",
    "file_size",
    "thumbnail",
    "thumbnail_file_size",
    "media_type",
    "sticker_emoji",
    "performer",
    "title",
    "mime_type",
    "duration_seconds",
    "contact_information",
    "contact_vcard",
    "contact_vcard_file_size",
    "location_information",
    "live_location_period_seconds",
    "place_name",
    "address",
    "game_title",
    "game_description",
    "game_link",
    "invoice_information",
    "poll",
    "todo_list",
    "giveaway_information",
    "giveaway_results",
    "paid_stars_amount",
    "text",
    "text_entities",
    "inline_bot_buttons",
    "reactions",
    "self_destruct_period_seconds",
    "actor",
    "actor_id",
    "action",
];

/// Keys that are kept in `ext`.
pub(super) const KEPT_KEYS: &[&str] = &[
    "self_destruct_period_seconds",
    "saved_from",
    "sticker_emoji",
    "location_information",
    "live_location_period_seconds",
    "paid_stars_amount",
];

/// Keys that every service message has. Its other keys are kept in `service.fields`.
pub(super) const KEYS_OF_EVERY_SERVICE: &[&str] = &[
    "id",
    "type",
    "date",
    "date_unixtime",
    "actor",
    "actor_id",
    "action",
    "text",
    "text_entities",
];

pub(super) fn is_known(key: &str) -> bool {
    READ_KEYS.contains(&key)
}
