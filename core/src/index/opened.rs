//! An opened index: one file mapped into memory, shared by every thread, and the entries in it.

use std::fs::File;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use memmap2::Mmap;

use super::cursor::{Cursor, Damage};
use super::entries::{Group, LEAD, Stored};
use super::error::IndexError;
use super::facts::{Facts, FactsRead};
use super::file::{Section, Sections};
use super::filter::Filter;
use super::labels::Labels;
use super::networks::{Layout, Networks, V4, V6};
use super::reach::Reach;
use super::stats::Stats;
use super::table::Table;
use crate::kind::{Kind, Scope};
use crate::normalise::top_level_domains;
use crate::scan::SuffixFilter;

/// One generation's indicators, opened by mmap.
pub struct Index {
    path: PathBuf,
    map: Mapped,
    sections: Sections,
    generation: u64,
    pub(super) stats: Stats,
    facts: FactsRead,
    labels: Labels,
    suffixes: SuffixFilter,
    layout4: Layout,
    pub(super) reach: Reach,
    layout6: Layout,
    damage_met: AtomicU64,
}

/// A file's bytes. To unmap many of them takes milliseconds, for which whoever lets an index go must not be held up.
struct Mapped(Option<Mmap>);

const UNMAPPED_AT_ONCE: usize = 1 << 22;

impl Deref for Mapped {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.0.as_deref().unwrap_or_default()
    }
}

impl Drop for Mapped {
    fn drop(&mut self) {
        if self.len() > UNMAPPED_AT_ONCE {
            let map = self.0.take();
            // Where no thread can be had, the map goes with what it would have done.
            let _ = std::thread::Builder::new().name("unmapping".into()).spawn(move || drop(map));
        }
    }
}

/// An entry with all that its feed said.
pub struct EntryView<'a> {
    group: Group<'a>,
    stored: Stored<'a>,
    facts: &'a Facts,
    context: &'a [u8],
}

impl Index {
    /// Open a file; with `verify`, every byte is held against its checksum first.
    pub fn open(path: &Path, generation: u64, verify: bool) -> Result<Index, IndexError> {
        let file = File::open(path).map_err(IndexError::io(path))?;
        // SAFETY: an index file is written under another name, renamed when whole, and never written again; whoever
        // may change it regardless may also stop this process. Reads go through checked slices of plain bytes.
        let map = unsafe { Mmap::map(&file) }.map_err(IndexError::io(path))?;
        let sections = Sections::read(&map, verify).map_err(|(place, why)| IndexError::damaged(path, place, why))?;
        let damaged = |section: Section| move |damage: Damage| IndexError::damaged(path, section.name(), damage.0);
        let bytes = |section: Section| sections.bytes(&map, section);

        let stats = Stats::read(bytes(Section::Stats)).map_err(damaged(Section::Stats))?;
        let facts = FactsRead::read(bytes(Section::Facts)).map_err(damaged(Section::Facts))?;
        let labels = Labels::read(bytes(Section::Labels)).map_err(damaged(Section::Labels))?;
        let suffixes = labels.add_to(SuffixFilter::of(top_level_domains()));
        let layout4 = Layout::read::<V4>(bytes(Section::Networks4)).map_err(damaged(Section::Networks4))?;
        let reach = Reach::of(&Networks::new(bytes(Section::Networks4), layout4));
        let layout6 = Layout::read::<V6>(bytes(Section::Networks6)).map_err(damaged(Section::Networks6))?;
        if !bytes(Section::Entries).starts_with(&LEAD) {
            return Err(damaged(Section::Entries)(Damage("it does not begin as entries do")));
        }
        let (path, map) = (path.to_path_buf(), Mapped(Some(map)));
        let damage_met = AtomicU64::new(0);
        Ok(Index {
            path,
            map,
            sections,
            generation,
            stats,
            facts,
            labels,
            suffixes,
            layout4,
            reach,
            layout6,
            damage_met,
        })
    }

    /// The number of the generation to which this index belongs.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Whether this is the last label of some domain, URL or e-mail indicator.
    pub fn knows_final_label(&self, label_lower: &[u8]) -> bool {
        self.labels.knows(label_lower)
    }

    /// The final labels that this index knows and those that IANA lists; it over-reports.
    pub fn suffixes(&self) -> &SuffixFilter {
        &self.suffixes
    }

    /// The entry of this number.
    pub fn entry(&self, entry: u64) -> Result<EntryView<'_>, IndexError> {
        let entries = self.section(Section::Entries);
        let group = Group::of_entry(entries, entry).map_err(|_| IndexError::NoEntry(entry))?;
        for read in group.entries() {
            let (number, stored) = read.map_err(|damage| self.damaged(Section::Entries, damage))?;
            if number == entry {
                return self.view(group, stored);
            }
        }
        Err(IndexError::NoEntry(entry))
    }

    /// Up to `limit` entries in the file's order, behind the entry numbered `after`; 0 is before the first.
    pub fn entries(&self, after: u64, limit: usize) -> Result<Vec<(u64, EntryView<'_>)>, IndexError> {
        let entries = self.section(Section::Entries);
        let damaged = |damage| self.damaged(Section::Entries, damage);
        let mut listed = Vec::new();
        let mut place = LEAD.len() as u64;
        let mut opened = if after > 0 { Some(Group::of_entry(entries, after).map_err(damaged)?) } else { None };
        while listed.len() < limit && (opened.is_some() || place < entries.len() as u64) {
            let group = opened.take().map_or_else(|| Group::read(entries, place), Ok).map_err(damaged)?;
            let mut members = group.entries();
            for read in members.by_ref() {
                let (number, stored) = read.map_err(damaged)?;
                if number > after && listed.len() < limit {
                    listed.push((number, self.view(group, stored)?));
                }
            }
            place = members.position();
        }
        Ok(listed)
    }

    /// What the file says of itself, by name: see `Stats` and the sizes of hot and cold memory.
    pub fn stats(&self) -> Vec<(String, u64)> {
        let stats = &self.stats;
        let hot = [Section::Filter, Section::Table, Section::Networks4, Section::Networks6];
        let hot: u64 = hot.into_iter().map(|section| self.sections.length(section)).sum();
        let mut named = vec![
            ("keys".to_owned(), stats.keys),
            ("entries".to_owned(), stats.all_entries()),
            ("merged".to_owned(), stats.merged),
            ("hot_bytes".to_owned(), hot + self.reach.size()),
            ("cold_bytes".to_owned(), self.map.len() as u64 - hot),
            ("floating_masks".to_owned(), stats.floating_masks),
            ("damage_met".to_owned(), self.damage_met.load(Ordering::Relaxed)),
        ];
        for kind in Kind::ALL {
            named.push((format!("entries.{}", kind.name()), stats.entries[kind as usize - 1]));
        }
        named
    }

    /// Each feed with its number of entries, in the order in which they came.
    pub fn feeds(&self) -> &[(String, u64)] {
        &self.facts.feeds
    }

    /// All facts, by their number.
    pub fn facts(&self) -> &[Facts] {
        &self.facts.facts
    }

    fn view<'a>(&'a self, group: Group<'a>, stored: Stored<'a>) -> Result<EntryView<'a>, IndexError> {
        let facts = usize::try_from(stored.facts).ok().and_then(|number| self.facts.facts.get(number));
        let unknown = || self.damaged(Section::Entries, Damage("an entry names facts that are not there"));
        let context = self.context(stored.context).map_err(|damage| self.damaged(Section::Contexts, damage))?;
        Ok(EntryView { group, stored, facts: facts.ok_or_else(unknown)?, context })
    }

    fn context(&self, place: u64) -> Result<&[u8], Damage> {
        match place.checked_sub(1) {
            None => Ok(&[]),
            Some(offset) => Cursor::at(self.section(Section::Contexts), offset)?.counted(),
        }
    }

    pub(super) fn section(&self, section: Section) -> &[u8] {
        self.sections.bytes(&self.map, section)
    }

    pub(super) fn filter(&self) -> Filter<'_> {
        Filter::new(self.section(Section::Filter))
    }

    pub(super) fn table(&self) -> Table<'_> {
        Table::new(self.section(Section::Table))
    }

    pub(super) fn networks4(&self) -> Networks<'_> {
        Networks::new(self.section(Section::Networks4), self.layout4)
    }

    pub(super) fn networks6(&self) -> Networks<'_> {
        Networks::new(self.section(Section::Networks6), self.layout6)
    }

    /// A lookup met what cannot be: it goes on, and `stats` says so.
    pub(super) fn note_damage(&self) {
        self.damage_met.fetch_add(1, Ordering::Relaxed);
    }

    fn damaged(&self, section: Section, damage: Damage) -> IndexError {
        IndexError::damaged(&self.path, section.name(), damage.0)
    }
}

impl<'a> EntryView<'a> {
    /// The indicator's kind.
    pub fn kind(&self) -> Kind {
        self.group.kind.kind()
    }

    /// The feed's own text.
    pub fn indicator(&self) -> &'a [u8] {
        self.stored.text.unwrap_or(self.normal_form())
    }

    /// The bytes by which it is compared; of a mask, the mask.
    pub fn normal_form(&self) -> &'a [u8] {
        self.stored.normal_form.unwrap_or(self.group.key)
    }

    /// How far it reaches.
    pub fn scope(&self) -> Scope {
        self.stored.scope
    }

    /// The number of its facts.
    pub fn facts_number(&self) -> usize {
        self.stored.facts as usize
    }

    /// Feed, category, confidence, tags and TLP.
    pub fn facts(&self) -> &'a Facts {
        self.facts
    }

    /// Milliseconds since 1970.
    pub fn first_seen(&self) -> Option<i64> {
        self.stored.first_seen
    }

    /// Milliseconds since 1970.
    pub fn last_seen(&self) -> Option<i64> {
        self.stored.last_seen
    }

    /// Milliseconds since 1970.
    pub fn valid_until(&self) -> Option<i64> {
        self.stored.valid_until
    }

    /// The feed's record as JSON; empty where it gave none.
    pub fn context(&self) -> &'a [u8] {
        self.context
    }
}
