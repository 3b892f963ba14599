//! `lexloci new`: writes a first rule file for a place.

use super::Global;
use crate::stop::{Exit, Stop};
use crate::{files, question, rules};
use lexloci::output;
use lexloci::{Place, PlaceKind};

/// Write a first rule file for a country, with a rule and its tests
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The code of the country, or of another place: `KZ`, `FR-IDF`, `EU`
    #[arg(long, value_name = "CODE")]
    country: String,
    /// The time zone of the place [default: the zone of its capital]
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    #[command(flatten)]
    rules: super::Rules,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    let set = rules::empty_rule_set()?;
    let place = question::place(&set, &args.country)?;
    let zone =
        args.zone.as_deref().or_else(|| default_zone(place)).ok_or_else(|| {
            Stop::failed(format_args!("name the time zone of {place} with `--zone`"))
        })?;
    let file_name = format!("{}.loci", place.code().to_lowercase());
    let file = args.rules.rules.join(&file_name);
    if file.exists() {
        return Err(Stop::failed(format_args!("`{}` exists already", file.display())));
    }
    let name = set.name_of(place);
    let text = example(place.code(), zone, &name);
    // A file with faults is not written: the time zone may not exist.
    let text = lexloci::format("new", &text).map_err(Stop::with_lines)?;
    let checked = lexloci::Compiler::new().file(file_name, text.as_str()).compile();
    checked.map_err(Stop::with_lines)?;
    let fault = |error| Stop::io(file.display(), &error);
    std::fs::create_dir_all(&args.rules.rules).map_err(fault)?;
    files::replace(&file, &text).map_err(fault)?;
    global.note(&output!(
        "wrote {}; it has no faults, and `lexloci test` runs its tests",
        file.display()
    ));
    Ok(Exit::Done)
}

fn default_zone(place: Place) -> Option<&'static str> {
    match place.kind() {
        PlaceKind::World => Some("UTC"),
        PlaceKind::Bloc | PlaceKind::Country | PlaceKind::Subdivision => {
            place.zones().first().copied()
        }
    }
}

/// The text of the file: an example that authors replace.
fn example(code: &str, zone: &str, name: &str) -> String {
    format!(
        r#"# {name}.
#
# An example to begin with. Replace the policy by the law of the place, article by article, and write for each the source
# that you read (`lexloci doc law`, `lexloci doc article`). Let counsel read the file before you use it.

jurisdiction {code} {{ zone "{zone}" }}

## A rule of the platform itself. Add the law of the place below.
policy honest_offers "An example: no promises of profit" {{ in force from 2024-01-01 }}

## Words that guarantee a profit. A star stands for any ending of a word.
terms guaranteed_profit {{
  en: "guaranteed (income|profit|return*)",
}}

## Nobody can guarantee a profit. The label says so to readers.
rule promised_profit "Promise of a guaranteed profit" {{
  basis honest_offers
  category scams_and_fraud
  when chat.public and text mentions guaranteed_profit
  on unknown review
  then label
}}

test "a promise in a public channel is labelled" {{
  given {{ text: "Guaranteed income for everybody", chat: {{ type: "channel", public: true }} }}
  at 2026-03-01
  expect label by promised_profit
}}

test "a promise in a private chat is not labelled" {{
  given {{ text: "Guaranteed income for everybody", chat: {{ type: "private", public: false }} }}
  at 2026-03-01
  expect none, not promised_profit
}}

test "a person reviews the promise if it is unknown whether the chat is public" {{
  given {{ text: "Guaranteed income for everybody", chat: {{ type: "supergroup" }} }}
  at 2026-03-01
  expect none, undetermined promised_profit, review by promised_profit
}}

test "before the policy begins, the rule does not apply" {{
  given {{ text: "Guaranteed income for everybody", chat: {{ type: "channel", public: true }} }}
  at 2023-12-01
  expect none, not promised_profit
}}
"#
    )
}

#[cfg(test)]
mod tests {
    use super::{default_zone, example};
    use lexloci::Place;

    #[test]
    fn every_country_has_a_zone_and_a_file_that_compiles() {
        // Two islands without inhabitants have no zone in the table.
        let zoned: Vec<_> = Place::countries()
            .filter_map(|place| Some((place.code().to_owned(), default_zone(place)?)))
            .collect();
        assert_eq!(zoned.len(), 247);
        let mut compiler = lexloci::Compiler::new();
        for (code, zone) in &zoned {
            let file = format!("{}.loci", code.to_lowercase());
            compiler = compiler.file(file, example(code, zone, code));
        }
        let set = compiler.compile().unwrap_or_else(|failure| panic!("{failure}"));
        assert_eq!(set.warnings(), []);
        let report = lexloci::suite::run(&set, Some("kz"));
        assert_eq!((report.passed(), report.failed()), (4, 0));
    }
}
