//! Links, tags and wallets in plain text.

/// A link in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub url: String,
    pub via: String,
    pub display: Option<String>,
    pub scheme: Option<String>,
    pub host: Option<String>,
    pub telegram: Option<String>,
    pub deceptive: Option<bool>,
    pub start: usize,
    pub end: usize,
}

/// Tags of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags {
    pub hashtags: Vec<String>,
    pub cashtags: Vec<String>,
    pub mentions: Vec<String>,
    pub commands: Vec<String>,
}

/// A wallet address in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wallet {
    pub chain: String,
    pub address: String,
    pub normalized: Option<String>,
    pub checksum_ok: bool,
    pub testnet: Option<bool>,
    pub start: usize,
    pub end: usize,
}

pub fn links(_text: &str) -> Vec<Link> {
    vec![]
}

pub fn tags(_text: &str) -> Tags {
    Tags::default()
}

pub fn wallets(_text: &str) -> Vec<Wallet> {
    vec![]
}
