//! Writes an export of Telegram Desktop of any size, to measure how long large exports take:
//! `cargo run --release --example long_export -- 2000000000 > result.json`.

use std::io::{BufWriter, Error, Write};

/// The texts of the messages, which take turns.
const TEXTS: [&str; 6] = [
    "Бүгін Астанада жаңа кітапхана ашылды, оқу залы сағат 9-дан 21-ге дейін ашық.",
    "На выходных в Алматы до +31, местами грозы.",
    "Les rames de la ligne C circulent toutes les douze minutes jusqu'à vendredi.",
    "Sunday: 14 km along the ridge, moderate, bring water and a hat. 😀",
    "Пассивный доход 30% в месяц, инвестиции без риска! Приведи друга.",
    "Tradez dès maintenant, achetez du bitcoin sans frais !",
];

fn main() -> Result<(), Error> {
    let size = std::env::args().nth(1).and_then(|size| size.parse().ok()).unwrap_or(1 << 20);
    let mut out = BufWriter::new(std::io::stdout().lock());
    let head = "{\n \"name\": \"Long\",\n \"type\": \"public_channel\",\n \"id\": 1101200699,\n \"messages\": [";
    out.write_all(head.as_bytes())?;
    let mut written = head.len();
    for (id, text) in (1_u64..).zip(TEXTS.iter().cycle()) {
        let comma = if id == 1 { "" } else { "," };
        let at = 1_778_000_000 + id;
        let message = format!(
            "{comma}\n  {{\n   \"id\": {id},\n   \"type\": \"message\",\n   \"date_unixtime\": \"{at}\",\n   \
             \"from\": \"Long\",\n   \"from_id\": \"channel1101200699\",\n   \"text\": [\n    \"{text} \",\n    \
             {{\n     \"type\": \"link\",\n     \"text\": \"https://long.example/{id}\"\n    }}\n   ],\n   \
             \"text_entities\": [\n    {{\n     \"type\": \"plain\",\n     \"text\": \"{text} \"\n    }},\n    \
             {{\n     \"type\": \"link\",\n     \"text\": \"https://long.example/{id}\"\n    }}\n   ]\n  }}"
        );
        out.write_all(message.as_bytes())?;
        written += message.len();
        if written >= size {
            break;
        }
    }
    out.write_all(b"\n ]\n}\n")?;
    out.flush()
}
