//! [`Keeping`]: a transaction that adds to what is kept, in few trips to the server.

use super::link::Session;
use crate::fault::{Fault, Result};
use crate::row::{Place, Row, author_column, instant_of, known_column, known_of, nanos, place_of};
use crate::work::{First, LogRow, LogWhat, Marked, Work};
use lexloci::state::{Key, Known, MarkActor, Ruled, Shares};
use lexloci::{Instant, Text};
use postgres::types::ToSql;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A key whose row is locked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Locked {
    pub id: i64,
    pub revision: i64,
    pub rows: i64,
    pub known: Known,
}

/// A transaction that adds to what is kept.
pub(super) struct Keeping<'w> {
    keys: BTreeMap<&'w Key, Locked>,
    /// How many rows the keys that were changed gained.
    gained: BTreeMap<i64, i64>,
}

/// An entry: its key, counter and record.
type Name<'e> = (i64, i64, &'e str);

/// A row that is changed.
#[derive(Default)]
struct Change {
    before: Option<Row>,
    after: Option<Row>,
}

/// Where sums must be made anew: from a row on.
#[derive(Debug, Default)]
pub(super) struct Touched {
    /// By key, counter and sureness: the first row, and whether rows were only removed.
    first: BTreeMap<(i64, i64, i16), (i64, String, bool)>,
}

impl Touched {
    pub(super) fn add(&mut self, key: i64, counter: i64, place: Place, record: &str, gone: bool) {
        let at = (place.at, record.to_owned());
        let known = self.first.entry((key, counter, i16::from(place.sure)));
        let known = known.or_insert_with(|| (at.0, at.1.clone(), gone));
        if (at.0, &at.1) < (known.0, &known.1) {
            (known.0, known.1) = at;
        }
        known.2 &= gone;
    }

    /// Sums of all rows of a counter under a key.
    pub(super) fn add_all(&mut self, key: i64, counter: i64) {
        for sure in [false, true] {
            let first = Place { sure, at: i64::MIN, weight: 0 };
            self.add(key, counter, first, "", false);
        }
    }

    /// Makes the sums anew. Only differences of sums count: where the first rows were removed, nothing has to change.
    pub(super) fn sum_up(&self, session: &mut Session<'_>) -> Result<()> {
        if self.first.is_empty() {
            return Ok(());
        }
        let (mut keys, mut counters, mut sures) = (vec![], vec![], vec![]);
        let (mut ats, mut records, mut gones) = (vec![], vec![], vec![]);
        for ((key, counter, sure), (at, record, gone)) in &self.first {
            keys.push(*key);
            counters.push(*counter);
            sures.push(*sure);
            ats.push(*at);
            records.push(record.as_str());
            gones.push(*gone);
        }
        let sql = "WITH based AS ( \
              SELECT t.*, (SELECT e.sum FROM entries e WHERE e.key = t.key \
                AND e.counter = t.counter AND e.sure = t.sure AND (e.at, e.record) < (t.at, t.record) \
                ORDER BY e.at DESC, e.record DESC LIMIT 1) AS base \
              FROM (SELECT key, counter, sure, at, record COLLATE \"C\" AS record, gone \
                FROM unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::bigint[], $5::text[], \
                $6::boolean[]) AS u(key, counter, sure, at, record, gone)) AS t), \
            fresh AS ( \
              SELECT e.key, e.counter, e.record, (coalesce(b.base, 0) + sum(e.weight) OVER ( \
                PARTITION BY e.key, e.counter, e.sure ORDER BY e.at, e.record))::bigint AS sum \
              FROM based b JOIN entries e ON e.key = b.key AND e.counter = b.counter \
                AND e.sure = b.sure AND (e.at, e.record) >= (b.at, b.record) \
              WHERE b.base IS NOT NULL OR NOT b.gone) \
            UPDATE entries e SET sum = f.sum FROM fresh f WHERE e.key = f.key \
              AND e.counter = f.counter AND e.record = f.record AND e.sum IS DISTINCT FROM f.sum";
        session.execute(sql, &[&keys, &counters, &sures, &ats, &records, &gones])?;
        Ok(())
    }
}

impl<'w> Keeping<'w> {
    /// Locks the keys that are read or changed, in their order, so that commits do not wait for each other in a circle.
    pub(super) fn begin(
        session: &mut Session<'_>,
        work: &Work<'w>,
        read: impl Iterator<Item = &'w Key>,
    ) -> Result<Self> {
        for added in &work.entries {
            let item = session.item_or_new(added.key)?;
            session.counter_or_new(item, added.meaning, added.policy)?;
        }
        let mut wanted = BTreeMap::new();
        for key in work.keys().chain(read) {
            wanted.insert((session.item_or_new(key)?, of_column(&key.of)), key);
        }
        let changed: BTreeSet<_> = work.keys().collect();
        let (items, ofs): (Vec<i64>, Vec<&str>) =
            wanted.keys().map(|(item, of)| (*item, of.as_ref())).unzip();
        let wholes = wanted.iter().map(|((_, of), key)| match of {
            Cow::Borrowed(_) => None,
            Cow::Owned(_) => Some(key.of.as_str()),
        });
        let wholes: Vec<Option<&str>> = wholes.collect();
        let mut keys = BTreeMap::new();
        let mut gained = BTreeMap::new();
        if !items.is_empty() {
            // Setting a column to what it is locks the row, whether it is new or not.
            let sql = "INSERT INTO keys AS k (item, of, whole, revision, rows) \
                       SELECT item, of, whole, 0, 0 FROM unnest($1::bigint[], $2::text[], $3::text[]) \
                       WITH ORDINALITY AS u(item, of, whole, place) ORDER BY place ON CONFLICT (item, of) DO UPDATE SET revision = k.revision \
                       RETURNING item, of, id, revision, rows, known";
            for row in session.query(sql, &[&items, &ofs, &wholes])? {
                let name = (row.try_get(0)?, Cow::Owned(row.try_get::<usize, String>(1)?));
                let key = *wanted.get(&name).ok_or_else(|| Fault::new("a key was not found"))?;
                let locked = Locked {
                    id: row.try_get(2)?,
                    revision: row.try_get(3)?,
                    rows: row.try_get(4)?,
                    known: known_of(row.try_get(5)?),
                };
                if changed.contains(key) {
                    gained.insert(locked.id, 0);
                }
                keys.insert(key, locked);
            }
        }
        Ok(Self { keys, gained })
    }

    /// The number of the last change of a key.
    pub(super) fn revision(&self, key: &Key) -> u64 {
        self.keys.get(key).map_or(0, |key| key.revision.cast_unsigned())
    }

    fn id(&self, key: &Key) -> Result<i64> {
        self.keys.get(key).map(|key| key.id).ok_or_else(|| Fault::new("a key was not locked"))
    }

    /// Adds what judgings left behind, but for the log.
    pub(super) fn keep(&mut self, session: &mut Session<'_>, work: &Work<'w>) -> Result<()> {
        self.add_entries(session, work)?;
        self.add_acts(session, work)?;
        if !work.firsts.is_empty() {
            let (mut keys, mut authors, mut ats) = (vec![], vec![], vec![]);
            for First { key, author, at } in &work.firsts {
                keys.push(self.id(key)?);
                authors.push(author_column(*author));
                ats.push(nanos(*at));
            }
            let sql = "INSERT INTO firsts AS f (key, author, at) SELECT key, author, min(at) \
                       FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS u(key, author, at) \
                       GROUP BY key, author \
                       ON CONFLICT (key, author) DO UPDATE SET at = least(f.at, excluded.at)";
            session.execute(sql, &[&keys, &authors, &ats])?;
        }
        for (key, known) in &work.dropped {
            let sql = "UPDATE keys SET known = greatest(known, $2) WHERE id = $1";
            session.execute(sql, &[&self.id(key)?, &known_column(*known)])?;
        }
        if !work.outbox.is_empty() {
            let (mut records, mut kinds, mut payloads) = (vec![], vec![], vec![]);
            for one in &work.outbox {
                records.push(one.record);
                kinds.push(one.kind);
                payloads.push(one.payload);
            }
            let sql = "INSERT INTO outbox (record, kind, payload) SELECT record, kind, payload FROM \
                       unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY \
                       AS u(record, kind, payload, place) ORDER BY place";
            session.execute(sql, &[&records, &kinds, &payloads])?;
        }
        note(session, &self.gained)
    }

    fn add_entries(&mut self, session: &mut Session<'_>, work: &Work<'_>) -> Result<()> {
        let mut rows: HashMap<Name<'_>, Change> = HashMap::new();
        let mut wanted = vec![];
        for added in &work.entries {
            let item = session.item_or_new(added.key)?;
            let counter = session.counter_or_new(item, added.meaning, added.policy)?;
            wanted.push((self.id(added.key)?, counter, added.record.as_str()));
        }
        if wanted.is_empty() {
            return Ok(());
        }
        for (name, row) in held(session, &wanted)? {
            rows.insert(name, Change { before: Some(row), after: None });
        }
        for (added, name) in work.entries.iter().zip(&wanted) {
            let Change { before, after } = rows.entry(*name).or_default();
            let left = match after.as_ref().or(before.as_ref()) {
                None => Shares::new(added.author.cloned(), added.entry.clone()),
                Some(known) => {
                    let mut left = known.left()?;
                    left.join(added.author, added.entry);
                    left
                }
            };
            *after = Some(Row::of(&left, added.policy)?);
        }
        let mut touched = Touched::default();
        let mut changed = vec![];
        for ((key, counter, record), Change { before, after }) in &rows {
            let Some(after) = after else { continue };
            if before.is_none() {
                *self.gained.entry(*key).or_default() += 1;
            }
            if before.as_ref() == Some(after) {
                continue;
            }
            let old = before.as_ref().and_then(|row| row.place);
            if old != after.place {
                if let Some(old) = old {
                    touched.add(*key, *counter, old, record, true);
                }
                if let Some(new) = after.place {
                    touched.add(*key, *counter, new, record, false);
                }
            }
            changed.push((*key, *counter, *record, after));
        }
        put(session, &changed)?;
        touched.sum_up(session)
    }

    fn add_acts(&mut self, session: &mut Session<'_>, work: &Work<'w>) -> Result<()> {
        if work.marks.is_empty() {
            return Ok(());
        }
        let (mut keys, mut ats, mut acts) = (vec![], vec![], vec![]);
        let (mut authors, mut records) = (vec![], vec![]);
        let record = |actor: &'w MarkActor| actor.record().map(Text::as_str);
        let mut rulings: BTreeMap<(i64, String, &str), (Option<&str>, Ruled)> = BTreeMap::new();
        for Marked { key, author, history } in &work.marks {
            let (key, author) = (self.id(key)?, author_column(*author));
            for act in &history.acts {
                keys.push(key);
                ats.push(nanos(act.at));
                acts.push(serde_json::to_string(act)?);
                authors.push(author);
                records.push(record(&act.by));
            }
            for (actor, ruled) in &history.rulings {
                let name = (key, serde_json::to_string(actor)?, author);
                let known = rulings.entry(name).or_insert((record(actor), *ruled));
                known.1 = known.1.max(*ruled);
            }
        }
        let sql = "INSERT INTO acts (key, at, act, author, record) SELECT * FROM \
                   unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[]) \
                   ON CONFLICT DO NOTHING";
        session.execute(sql, &[&keys, &ats, &acts, &authors, &records])?;
        for ((key, actor, author), (record, ruled)) in rulings {
            let sql = "SELECT ruled FROM rulings WHERE key = $1 AND actor = $2 AND author = $3";
            let known = session.query(sql, &[&key, &actor, &author])?;
            let known = known.first().map(|row| row.try_get::<usize, String>(0)).transpose()?;
            let known: Option<Ruled> =
                known.map(|known| serde_json::from_str(&known)).transpose()?;
            let ruled = serde_json::to_string(&known.map_or(ruled, |known| known.max(ruled)))?;
            let sql = "INSERT INTO rulings (key, actor, author, record, ruled) \
                       VALUES ($1, $2, $3, $4, $5) \
                       ON CONFLICT (key, actor, author) DO UPDATE SET ruled = excluded.ruled";
            session.execute(sql, &[&key, &actor, &author, &record, &ruled])?;
        }
        Ok(())
    }

    /// Drops the oldest entries of the keys that gained rows and have too many.
    pub(super) fn limit(&self, session: &mut Session<'_>, rows: u64) -> Result<()> {
        for key in self.keys.values() {
            let gained = self.gained.get(&key.id).copied().unwrap_or_default();
            let held = (key.rows + gained).cast_unsigned();
            if gained > 0 && held > rows {
                drop_oldest(session, *key, (held - rows).cast_signed())?;
            }
        }
        Ok(())
    }
}

/// The rows that are held of some entries.
fn held<'e>(session: &mut Session<'_>, wanted: &[Name<'e>]) -> Result<Vec<(Name<'e>, Row)>> {
    let (mut keys, mut counters, mut records) = (vec![], vec![], vec![]);
    for (key, counter, record) in wanted {
        keys.push(*key);
        counters.push(*counter);
        records.push(*record);
    }
    let sql = "SELECT u.place, e.sure, e.at, e.weight, e.value, e.last, e.entry, e.author, \
               e.shares FROM \
               unnest($1::bigint[], $2::bigint[], $3::text[]) WITH ORDINALITY \
               AS u(key, counter, record, place) JOIN entries e ON e.key = u.key \
               AND e.counter = u.counter AND e.record = u.record";
    let mut found = vec![];
    for row in session.query(sql, &[&keys, &counters, &records])? {
        let place: i64 = row.try_get(0)?;
        let name = usize::try_from(place - 1).ok().and_then(|place| wanted.get(place));
        let name = *name.ok_or_else(|| Fault::new("an entry was not asked for"))?;
        found.push((name, shared_row_of(&row, 1)?));
    }
    Ok(found)
}

/// Writes rows. Their sums are made afterwards.
pub(super) fn put(session: &mut Session<'_>, rows: &[(i64, i64, &str, &Row)]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let (mut keys, mut counters, mut records) = (vec![], vec![], vec![]);
    let (mut sures, mut ats, mut weights) = (vec![], vec![], vec![]);
    let (mut values, mut lasts, mut entries) = (vec![], vec![], vec![]);
    let (mut authors, mut shares) = (vec![], vec![]);
    for (key, counter, record, row) in rows {
        keys.push(*key);
        counters.push(*counter);
        records.push(*record);
        sures.push(row.place.map(|place| i16::from(place.sure)));
        ats.push(row.place.map(|place| place.at));
        weights.push(row.place.map(|place| place.weight));
        values.push(row.value.as_deref());
        lasts.push(row.last);
        entries.push(row.entry.as_deref());
        authors.push(row.author.as_str());
        shares.push(row.shares.as_deref());
    }
    let sql = "INSERT INTO entries AS e \
               (key, counter, record, sure, at, weight, value, last, entry, author, shares) \
               SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::smallint[], \
               $5::bigint[], $6::bigint[], $7::text[], $8::bigint[], $9::text[], $10::text[], \
               $11::text[]) \
               ON CONFLICT (key, counter, record) DO UPDATE SET sure = excluded.sure, \
               at = excluded.at, weight = excluded.weight, value = excluded.value, \
               last = excluded.last, entry = excluded.entry, author = excluded.author, \
               shares = excluded.shares";
    let columns: [&(dyn ToSql + Sync); 11] = [
        &keys, &counters, &records, &sures, &ats, &weights, &values, &lasts, &entries, &authors,
        &shares,
    ];
    session.execute(sql, &columns)?;
    Ok(())
}

/// Notes that keys were changed, and how many rows each gained or lost.
pub(super) fn note(session: &mut Session<'_>, gained: &BTreeMap<i64, i64>) -> Result<()> {
    if gained.is_empty() {
        return Ok(());
    }
    let (keys, rows): (Vec<i64>, Vec<i64>) = gained.iter().unzip();
    let sql = "UPDATE keys SET revision = c.number, rows = rows + u.gained \
               FROM unnest($1::bigint[], $2::bigint[]) AS u(key, gained), \
               (SELECT nextval('changes') AS number OFFSET 0) AS c WHERE id = u.key";
    session.execute(sql, &[&keys, &rows])?;
    Ok(())
}

fn drop_oldest(session: &mut Session<'_>, key: Locked, excess: i64) -> Result<()> {
    let sql = "DELETE FROM entries e USING (SELECT o.key, o.counter, o.record FROM entries o \
                 JOIN counters ON counters.id = o.counter WHERE o.key = $1 \
                 ORDER BY coalesce(o.last, o.at), o.record, meaning LIMIT $2) AS old \
               WHERE e.key = old.key AND e.counter = old.counter AND e.record = old.record \
               RETURNING e.counter, e.record, coalesce(e.last, e.at), e.sure, e.at, e.weight";
    let mut known = key.known;
    let mut touched = Touched::default();
    for row in session.query(sql, &[&key.id, &excess])? {
        let (counter, record): (i64, String) = (row.try_get(0)?, row.try_get(1)?);
        let last: i64 = row.try_get(2)?;
        if last > i64::MIN {
            known = known.max(Known::after(instant_of(last)?));
        }
        if let Some(place) = place_of(row.try_get(3)?, row.try_get(4)?, row.try_get(5)?) {
            touched.add(key.id, counter, place, &record, true);
        }
    }
    touched.sum_up(session)?;
    let sql = "UPDATE keys SET known = $2, rows = rows - $3 WHERE id = $1";
    session.execute(sql, &[&key.id, &known_column(known), &excess])?;
    Ok(())
}

/// Writes judgings into the log. Returns the ids of those that were not in it, and whether their version was forgotten.
pub(super) fn log(
    session: &mut Session<'_>,
    rows: &[LogRow<'_>],
) -> Result<BTreeMap<Vec<u8>, bool>> {
    let (mut ids, mut records, mut authors, mut judgings) = (vec![], vec![], vec![], vec![]);
    let (mut decideds, mut states) = (vec![], vec![]);
    let (mut forgottens, mut versions) = (vec![], vec![]);
    for row in rows {
        ids.push(row.id.as_slice());
        versions.push(row.version.as_slice());
        match row.what {
            LogWhat::Kept { judging, decided, state } => {
                records.push(Some(judging.record.as_str()));
                authors.push(judging.author.as_deref());
                judgings.push(Some(serde_json::to_string(judging)?));
                decideds.push(Some(decided));
                states.push(Some(state));
                forgottens.push(None);
            }
            LogWhat::Forgotten { digest } => {
                records.push(None);
                authors.push(None);
                judgings.push(None);
                decideds.push(None);
                states.push(None);
                forgottens.push(Some(digest));
            }
        }
    }
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = "WITH given AS (SELECT * FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], \
                 $5::text[], $6::text[], $7::text[], $8::bytea[]) WITH ORDINALITY AS \
                 u(id, record, author, judging, decided, state, forgotten, version, place)), \
               new AS (INSERT INTO judgings \
                 (id, record, author, judging, decided, state, forgotten, version) \
                 SELECT id, record, author, judging, decided, state, forgotten, \
                   CASE WHEN forgotten IS NOT NULL THEN version END \
                 FROM given ORDER BY place ON CONFLICT (id) DO NOTHING RETURNING id) \
               SELECT new.id, EXISTS (SELECT 1 FROM judgings known WHERE known.version = given.version) \
               FROM new JOIN given ON given.id = new.id";
    let columns: [&(dyn ToSql + Sync); 8] =
        [&ids, &records, &authors, &judgings, &decideds, &states, &forgottens, &versions];
    let new = session.query(sql, &columns)?;
    new.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// Of the versions on which persons ruled, those that were forgotten, for each judging.
pub(super) fn forgotten(
    session: &mut Session<'_>,
    others: &[Vec<(Instant, Vec<u8>)>],
) -> Result<Vec<BTreeSet<Instant>>> {
    let digests: Vec<&[u8]> = others.iter().flatten().map(|(_, digest)| &**digest).collect();
    let mut known: BTreeSet<Vec<u8>> = BTreeSet::new();
    if !digests.is_empty() {
        let sql = "SELECT version FROM judgings WHERE version = ANY($1)";
        for row in session.query(sql, &[&digests])? {
            known.insert(row.try_get(0)?);
        }
    }
    let is_known = |(_, digest): &&(Instant, Vec<u8>)| known.contains(digest);
    let of_one = |one: &Vec<(Instant, Vec<u8>)>| {
        one.iter().filter(is_known).map(|(version, _)| *version).collect()
    };
    Ok(others.iter().map(of_one).collect())
}

pub(super) fn position(session: &mut Session<'_>, stream: &str, at: &str) -> Result<()> {
    let sql = "INSERT INTO positions (stream, at) VALUES ($1, $2) \
               ON CONFLICT (stream) DO UPDATE SET at = excluded.at";
    session.execute(sql, &[&stream, &at])?;
    Ok(())
}

/// Notes the latest instant of a judging. It comes last, because all commits wait for this row.
pub(super) fn seen(session: &mut Session<'_>, latest: Option<Instant>) -> Result<()> {
    if let Some(latest) = latest.map(nanos) {
        let sql = "UPDATE store SET latest = $1 WHERE latest IS NULL OR latest < $1";
        session.execute(sql, &[&latest])?;
    }
    Ok(())
}

/// A row of `entries`, whose columns begin at one of the result, without its authors.
pub(super) fn row_of(row: &postgres::Row, first: usize) -> Result<Row> {
    let place = place_of(row.try_get(first)?, row.try_get(first + 1)?, row.try_get(first + 2)?);
    let (value, last) = (row.try_get(first + 3)?, row.try_get(first + 4)?);
    let entry = row.try_get(first + 5)?;
    Ok(Row { place, value, last, entry, author: String::new(), shares: None })
}

/// As [`row_of`], with two more columns that say who left it.
pub(super) fn shared_row_of(row: &postgres::Row, first: usize) -> Result<Row> {
    let (author, shares) = (row.try_get(first + 6)?, row.try_get(first + 7)?);
    Ok(Row { author, shares, ..row_of(row, first)? })
}

/// The values after `per` as a column. Indices of PostgreSQL take texts up to some length, so of a long one only the
/// beginning stands there, with a digest.
pub(super) fn of_column(of: &str) -> Cow<'_, str> {
    const MOST: usize = 1000;
    if of.len() <= MOST {
        return Cow::Borrowed(of);
    }
    let beginning: String = of.chars().take(MOST / 8).collect();
    Cow::Owned(format!("{beginning}… {}", crate::work::digest_of(b"", of, "")))
}
