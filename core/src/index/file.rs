//! The file: a header with a table of sections, then the sections, each with its checksum.
//!
//! Header, 512 bytes: magic, version (u32), number of sections (u32), the file's length (u64); for each section its
//! number (u32), 0 (u32), offset, length and XXH3-64 (u64 each); zeros; the XXH3-64 of all before. Sections follow one
//! another, each padded with zeros to 64 bytes, and a checksum covers the padding too: no bit of the file is uncovered.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

use super::cursor::{u32_at, u64_at};
use super::writing::Writing;

const MAGIC: [u8; 8] = *b"VEDETTE\x1a";
/// The version of the format that this core writes, and the only one that it reads. A normal form that changes is another
/// version, too: what was written in the old form would not be found.
pub const VERSION: u32 = 5;
const HEADER_BYTES: usize = 512;
const FIRST_PLACE: usize = 24;
const PLACE_BYTES: usize = 32;
const ALIGNMENT: u64 = 64;
const BUFFER_BYTES: usize = 1 << 20;

/// A part of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Section {
    Contexts = 1,
    Entries,
    Filter,
    Table,
    Networks4,
    Networks6,
    Facts,
    Masks,
    Labels,
    Stats,
}

impl Section {
    /// Every section, in the order in which the file holds them.
    pub const ALL: [Section; 10] = [
        Section::Contexts,
        Section::Entries,
        Section::Filter,
        Section::Table,
        Section::Networks4,
        Section::Networks6,
        Section::Facts,
        Section::Masks,
        Section::Labels,
        Section::Stats,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Section::Contexts => "contexts",
            Section::Entries => "entries",
            Section::Filter => "filter",
            Section::Table => "table",
            Section::Networks4 => "networks4",
            Section::Networks6 => "networks6",
            Section::Facts => "facts",
            Section::Masks => "masks",
            Section::Labels => "labels",
            Section::Stats => "stats",
        }
    }
}

#[derive(Clone, Copy)]
struct Placed {
    offset: u64,
    length: u64,
    checksum: u64,
}

/// Writes sections one after the other, then the header.
pub struct FileWriter {
    writing: Writing,
    buffer: Vec<u8>,
    /// Where the sections stand that have ended, and their lengths.
    ended: Vec<(u64, u64)>,
    section_start: u64,
    position: u64,
}

impl FileWriter {
    /// Begins with the first section of `Section::ALL`.
    pub fn new(mut file: File) -> io::Result<FileWriter> {
        file.write_all(&[0; HEADER_BYTES])?;
        let start = HEADER_BYTES as u64;
        let buffer = Vec::with_capacity(BUFFER_BYTES);
        Ok(FileWriter {
            writing: Writing::new(file)?,
            buffer,
            ended: Vec::new(),
            section_start: start,
            position: start,
        })
    }

    /// Bytes written to the section at hand.
    pub fn written(&self) -> u64 {
        self.position - self.section_start
    }

    /// End the section at hand; the next one of `Section::ALL` begins.
    pub fn next_section(&mut self) -> io::Result<()> {
        let length = self.written();
        let padding = length.next_multiple_of(ALIGNMENT) - length;
        self.write_all(&[0; ALIGNMENT as usize][..padding as usize])?;
        self.flush()?;
        self.writing.end_section()?;
        self.ended.push((self.section_start, length));
        self.section_start = self.position;
        Ok(())
    }

    /// Write the header and wait until the disk has all of it.
    pub fn finish(self) -> io::Result<()> {
        debug_assert_eq!(self.ended.len(), Section::ALL.len());
        let (mut file, checksums) = self.writing.finish()?;
        let placed = self.ended.into_iter().zip(checksums);
        let placed: Vec<_> = placed.map(|((offset, length), checksum)| Placed { offset, length, checksum }).collect();
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&header(&placed, self.position))?;
        file.sync_all()
    }
}

impl Write for FileWriter {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.buffer.len() + bytes.len() > BUFFER_BYTES {
            self.flush()?;
        }
        self.buffer.extend_from_slice(bytes);
        self.position += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() { Ok(()) } else { self.writing.put(&mut self.buffer) }
    }
}

fn header(placed: &[Placed], file_length: u64) -> [u8; HEADER_BYTES] {
    let mut header = Vec::with_capacity(HEADER_BYTES);
    header.extend_from_slice(&MAGIC);
    header.extend_from_slice(&VERSION.to_le_bytes());
    header.extend_from_slice(&(placed.len() as u32).to_le_bytes());
    header.extend_from_slice(&file_length.to_le_bytes());
    for (section, place) in Section::ALL.into_iter().zip(placed) {
        header.extend_from_slice(&u64::from(section as u32).to_le_bytes());
        for number in [place.offset, place.length, place.checksum] {
            header.extend_from_slice(&number.to_le_bytes());
        }
    }
    header.resize(HEADER_BYTES - 8, 0);
    header.extend_from_slice(&xxh3_64(&header).to_le_bytes());
    header.try_into().unwrap_or([0; HEADER_BYTES])
}

/// Where each section stands, in the order of `Section::ALL`.
pub struct Sections(Vec<Range<usize>>);

impl Sections {
    /// Read the header; with `verify`, hold each section against its checksum. An error is the section's name and why.
    pub fn read(file: &[u8], verify: bool) -> Result<Sections, (&'static str, String)> {
        let places = read_header(file).map_err(|why| ("header", why))?;
        let mut sections = Vec::with_capacity(places.len());
        let mut expected = HEADER_BYTES as u64;
        for (section, place) in Section::ALL.into_iter().zip(places) {
            let end = place.offset.checked_add(place.length).and_then(|end| end.checked_next_multiple_of(ALIGNMENT));
            let end = end.filter(|end| place.offset == expected && *end <= file.len() as u64);
            let end = end.ok_or_else(|| (section.name(), "it does not lie where it should".to_owned()))?;
            if verify && xxh3_64(&file[place.offset as usize..end as usize]) != place.checksum {
                return Err((section.name(), "its checksum is wrong: the file is damaged".to_owned()));
            }
            sections.push(place.offset as usize..(place.offset + place.length) as usize);
            expected = end;
        }
        Ok(Sections(sections))
    }

    pub fn bytes<'a>(&self, file: &'a [u8], section: Section) -> &'a [u8] {
        self.0.get(section as usize - 1).and_then(|range| file.get(range.clone())).unwrap_or_default()
    }

    pub fn length(&self, section: Section) -> u64 {
        self.0.get(section as usize - 1).map_or(0, |range| range.len() as u64)
    }
}

fn read_header(file: &[u8]) -> Result<Vec<Placed>, String> {
    if file.len() < 8 || file[..8] != MAGIC {
        return Err("this is no Vedette index".to_owned());
    }
    let version = u32_at(file, 8).ok_or("the file is cut short")?;
    if version != VERSION {
        return Err(format!("it is of version {version}, and this Vedette reads version {VERSION}: build it again"));
    }
    let header = file.get(..HEADER_BYTES).ok_or("the file is cut short")?;
    if u64_at(header, HEADER_BYTES - 8) != Some(xxh3_64(&header[..HEADER_BYTES - 8])) {
        return Err("its checksum is wrong: the file is damaged".to_owned());
    }
    let length = u64_at(header, 16).unwrap_or_default();
    if length != file.len() as u64 {
        return Err(format!("the file has {} bytes and should have {length}: it is cut short or grown", file.len()));
    }
    if u32_at(header, 12) != Some(Section::ALL.len() as u32) {
        return Err("it does not have the sections of its version".to_owned());
    }
    let places = Section::ALL.into_iter().enumerate().map(|(position, section)| {
        let at = FIRST_PLACE + position * PLACE_BYTES;
        u64_at(header, at).filter(|number| *number == u64::from(section as u32))?;
        Some(Placed {
            offset: u64_at(header, at + 8)?,
            length: u64_at(header, at + 16)?,
            checksum: u64_at(header, at + 24)?,
        })
    });
    places.collect::<Option<Vec<_>>>().ok_or_else(|| "its sections are not in their order".to_owned())
}
