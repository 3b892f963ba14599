//! Orders of authorities: each is answered or goes to people, and one that has expired, was withdrawn or lacks what its law
//! asks for burdens nobody.

use super::shipped::{at_root, rules};
use lexloci::{Decision, Instant, RuleSet, State};
use std::collections::BTreeSet;
use std::fs;

/// The authorities that the table of sources names, each with the place in which its orders are decided.
const AUTHORITIES: [(&str, &str); 88] = [
    ("KZ-MAI", "KZ"),
    ("KZ-GP", "KZ"),
    ("KZ-KNB", "KZ"),
    ("KZ-AFM", "KZ"),
    ("KZ-AFSA", "KZ"),
    ("KZ-NBK", "KZ"),
    ("KZ-COURT", "KZ"),
    ("BE-BIPT", "BE"),
    ("DE-BKA", "DE"),
    ("DE-BNETZA", "DE"),
    ("DE-BAFIN", "DE"),
    ("DE-COURT", "DE"),
    ("FR-OFAC", "FR"),
    ("FR-ARCOM", "FR"),
    ("FR-AMF", "FR"),
    ("FR-DGCCRF", "FR"),
    ("FR-COURT", "FR"),
    ("IT-AGCOM", "IT"),
    ("ES-CNMV", "ES"),
    ("GB-OFCOM", "GB"),
    ("GB-FCA", "GB"),
    ("GB-NCA", "GB"),
    ("GB-POLICE", "GB"),
    ("GB-COURT", "GB"),
    ("IN-COURT", "IN"),
    ("IN-GOV", "IN"),
    ("IN-POLICE", "IN"),
    ("US-COURT", "US"),
    ("BR-COURT", "BR"),
    ("BR-MP", "BR"),
    ("BR-ANPD", "BR"),
    ("SG-POFMA", "SG"),
    ("SG-MHA", "SG"),
    ("SG-MAS", "SG"),
    ("SG-COURT", "SG"),
    ("AU-ESAFETY", "AU"),
    ("AU-ACMA", "AU"),
    ("AU-COURT", "AU"),
    ("TR-BTK", "TR"),
    ("TR-COURT", "TR"),
    ("ID-KOMDIGI", "ID"),
    ("ID-POLRI", "ID"),
    ("AE-VARA", "AE"),
    ("AE-SCA", "AE"),
    ("AE-CBUAE", "AE"),
    ("AE-ADGM", "AE"),
    ("AE-TDRA", "AE"),
    ("AE-COURT", "AE"),
    ("RU-RKN", "RU"),
    ("UA-NKEK", "UA"),
    ("UZ-NAPP", "UZ"),
    ("KG-MCISPY", "KG"),
    ("BY-MI", "BY"),
    ("AZ-AGENCY", "AZ"),
    ("VN-ABEI", "VN"),
    ("MY-MCMC", "MY"),
    ("TH-MDES", "TH"),
    ("PH-SEC", "PH"),
    ("KR-KCSC", "KR"),
    ("PK-PTA", "PK"),
    ("NG-NITDA", "NG"),
    ("IT-CONSOB", "IT"),
    ("IT-COURT", "IT"),
    ("ES-AEPD", "ES"),
    ("ES-COURT", "ES"),
    ("RU-COURT", "RU"),
    ("UA-NRADA", "UA"),
    ("UA-COURT", "UA"),
    ("UZ-AIMK", "UZ"),
    ("UZ-COURT", "UZ"),
    ("KG-COURT", "KG"),
    ("BY-COURT", "BY"),
    ("AZ-COURT", "AZ"),
    ("VN-MPS", "VN"),
    ("VN-COURT", "VN"),
    ("MY-COURT", "MY"),
    ("TH-COURT", "TH"),
    ("PH-DOJ", "PH"),
    ("PH-NBI", "PH"),
    ("PH-COURT", "PH"),
    ("KR-POLICE", "KR"),
    ("KR-COURT", "KR"),
    ("JP-MIC", "JP"),
    ("JP-FSA", "JP"),
    ("JP-COURT", "JP"),
    ("PK-COURT", "PK"),
    ("NG-SEC", "NG"),
    ("NG-COURT", "NG"),
];

/// A day on which all that is temporary in the shipped law still holds.
const AT: &str = "2027-01-15T12:00:00Z";

/// The provisions that orders have in the tests of the shipped rules, without that of 41-1(5), which lifts a suspension.
fn provisions() -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for entry in fs::read_dir(at_root("rules")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let text = fs::read_to_string(path).unwrap();
            let found =
                text.split("provision: \"").skip(1).filter_map(|rest| rest.split('"').next());
            all.extend(found.map(str::to_owned));
        }
    }
    assert!(all.len() >= 15, "{all:?}");
    all
}

/// A decision about a message that nothing but an order is about.
fn decide(set: &RuleSet, authority: &str, place: &str, more: &str) -> Decision {
    let json = format!(
        r#"{{ "id": "m", "platform": "telegram", "sent_at": "2027-01-10T12:00:00Z",
            "author": {{ "account": {{ "id": 7 }} }}, "chat": {{ "id": -100, "type": "channel", "public": true }},
            "visibility": {{ "audience": "public", "countries": "*" }},
            "parts": [{{ "kind": "text", "text": "A post" }}],
            "reports": {{ "orders": [{{ "authority": "{authority}", "country": "{place}",
              "given_at": "2027-01-14T12:00:00Z", "received_at": "2027-01-14T12:00:00Z" {more} }}] }} }}"#
    );
    let record = set.read(json.as_bytes()).unwrap();
    let (place, at) = (set.place(place).unwrap(), Instant::parse(AT).unwrap());
    set.evaluator().decide(&record, place, at, &State::default()).unwrap()
}

/// Whether the decision burdens the message or an account.
fn burdens(decision: &Decision) -> bool {
    decision.outcome != "none" || decision.account != "none"
}

#[test]
fn every_order_is_answered_or_goes_to_people() {
    let set = rules();
    for (authority, place) in AUTHORITIES {
        let decision = decide(&set, authority, place, "");
        let heard = |action: &str| decision.obligations.iter().any(|one| one.action == action);
        assert!(
            burdens(&decision) || heard("review") || heard("escalate"),
            "nobody hears {authority}: {decision:?}"
        );
        let answered = !decision.matched.is_empty() || !decision.undetermined.is_empty();
        assert!(answered || decision.unanswered.len() == 1, "{authority}");
    }
}

#[test]
fn orders_that_have_ended_or_lack_something_burden_nobody() {
    let set = rules();
    let provisions = provisions();
    let ends = [
        (r#", "expires_at": "2027-01-15T12:00:00Z""#, false),
        (r#", "withdrawn_at": "2027-01-15T12:00:00Z""#, false),
        (r#", "complete": false"#, true),
    ];
    for (authority, place) in AUTHORITIES {
        for provision in &provisions {
            for target in ["", r#", "target": "chat""#, r#", "target": "author""#] {
                for (end, seen) in ends {
                    let more = format!(r#", "provision": "{provision}"{target}{end}"#);
                    let decision = decide(&set, authority, place, &more);
                    assert!(!burdens(&decision), "{authority}{more}: {decision:?}");
                    // People hear of one that lacks something, and of no other.
                    assert_eq!(decision.unanswered.len(), usize::from(seen), "{authority}{more}");
                    assert_eq!(decision.obligations.is_empty(), !seen, "{authority}{more}");
                }
            }
        }
    }
}

/// What goes beyond one message waits for a person who has found the order in order.
#[test]
fn no_unchecked_order_suspends_an_account_or_a_channel() {
    let set = rules();
    for (authority, place) in AUTHORITIES {
        for provision in provisions() {
            for target in ["chat", "author"] {
                let more = format!(r#", "provision": "{provision}", "target": "{target}""#);
                let decision = decide(&set, authority, place, &more);
                assert!(!burdens(&decision), "{authority}{more}: {decision:?}");
                assert!(!decision.obligations.is_empty(), "nobody hears {authority}{more}");
            }
        }
    }
}

/// The files of places name the authorities that this table has for them.
#[test]
fn the_files_name_their_authorities() {
    for (authority, place) in AUTHORITIES {
        let file = |name: &str| fs::read_to_string(at_root(&format!("rules/{name}.loci")));
        let own = file(&place.to_lowercase());
        if let Ok(own) = own {
            assert!(own.contains(authority), "{place} does not name {authority}");
        }
    }
}
