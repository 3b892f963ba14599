//! The keys of an exported message that are kept without being read.

/// Keys that are kept in `ext`.
pub(super) const KEPT_KEYS: &[&str] = &[
    "self_destruct_period_seconds",
    "saved_from",
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
