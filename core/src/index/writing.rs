//! Writing: pieces of a file are checksummed and given to the disk by a thread of its own, behind whoever makes them.
//!
//! What makes a file works on; only where the disk is slower than it does it wait.

use std::fs::File;
use std::io::{self, Write};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::{Builder, JoinHandle};

use xxhash_rust::xxh3::Xxh3;

/// Pieces that may wait to be written.
const WAITING: usize = 4;

/// The file, and the checksum of each of its sections.
type Written = (File, Vec<u64>);

enum Piece {
    Bytes(Vec<u8>),
    /// The section at hand ends here.
    SectionEnd,
}

/// A file that is written behind.
pub struct Writing {
    /// None once the last piece is given, or a piece could not be written.
    pieces: Option<SyncSender<Piece>>,
    /// Behind a lock, so that a builder may be shared: nobody ever waits for it.
    emptied: Mutex<Receiver<Vec<u8>>>,
    thread: Option<JoinHandle<io::Result<Written>>>,
}

impl Writing {
    /// Begin where the file stands.
    pub fn new(file: File) -> io::Result<Writing> {
        let (pieces, taken) = sync_channel(WAITING);
        let (give_back, emptied) = channel();
        let thread = Builder::new().name("writing".into()).spawn(move || write_all(file, taken, give_back))?;
        Ok(Writing { pieces: Some(pieces), emptied: Mutex::new(emptied), thread: Some(thread) })
    }

    /// Give a piece to be written; an empty one, used before if there is any, is put into its place.
    pub fn put(&mut self, piece: &mut Vec<u8>) -> io::Result<()> {
        let emptied = self.emptied.get_mut().ok().and_then(|emptied| emptied.try_recv().ok());
        let empty = emptied.unwrap_or_else(|| Vec::with_capacity(piece.capacity()));
        self.send(Piece::Bytes(std::mem::replace(piece, empty)))
    }

    /// A section ends with the pieces given so far.
    pub fn end_section(&mut self) -> io::Result<()> {
        self.send(Piece::SectionEnd)
    }

    /// Wait until all is written; the file, and the checksum of each section.
    pub fn finish(mut self) -> io::Result<Written> {
        self.pieces = None;
        self.outcome()
    }

    fn send(&mut self, piece: Piece) -> io::Result<()> {
        if self.pieces.as_ref().is_some_and(|pieces| pieces.send(piece).is_ok()) {
            return Ok(());
        }
        self.pieces = None;
        self.outcome().and_then(|_| Err(ended()))
    }

    fn outcome(&mut self) -> io::Result<Written> {
        self.thread.take().map_or_else(|| Err(ended()), |thread| thread.join().unwrap_or_else(|_| Err(ended())))
    }
}

fn ended() -> io::Error {
    io::Error::other("the thread that writes the index has ended")
}

fn write_all(mut file: File, pieces: Receiver<Piece>, give_back: Sender<Vec<u8>>) -> io::Result<Written> {
    let (mut checksum, mut checksums) = (Xxh3::new(), Vec::new());
    for piece in pieces {
        match piece {
            Piece::SectionEnd => {
                checksums.push(checksum.digest());
                checksum.reset();
            }
            Piece::Bytes(mut bytes) => {
                checksum.update(&bytes);
                file.write_all(&bytes)?;
                // Little by little: who waits for the same disk, as the store does, must not wait for the whole file.
                file.sync_data()?;
                bytes.clear();
                // Nobody wants it once the last piece is given.
                let _ = give_back.send(bytes);
            }
        }
    }
    Ok((file, checksums))
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use xxhash_rust::xxh3::xxh3_64;

    use super::*;

    #[test]
    fn pieces_stand_in_their_order_and_each_section_has_its_checksum() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let mut writing = Writing::new(File::create(&path).unwrap()).unwrap();

        for piece in [&b"one"[..], b"two"] {
            writing.put(&mut piece.to_vec()).unwrap();
        }
        writing.end_section().unwrap();
        writing.put(&mut b"three".to_vec()).unwrap();
        writing.end_section().unwrap();
        let (_, checksums) = writing.finish().unwrap();

        let mut written = Vec::new();
        File::open(&path).unwrap().read_to_end(&mut written).unwrap();
        assert_eq!(written, b"onetwothree");
        assert_eq!(checksums, [xxh3_64(b"onetwo"), xxh3_64(b"three")]);
    }

    #[test]
    fn what_keeps_a_piece_from_being_written_is_said_to_whoever_gives_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        File::create(&path).unwrap();
        let mut writing = Writing::new(File::open(&path).unwrap()).unwrap();

        let refused = (0..100).find_map(|_| writing.put(&mut b"piece".to_vec()).err());

        assert_eq!(refused.and_then(|error| error.raw_os_error()), Some(9), "the file is open for reading only");
        assert!(writing.finish().is_err());
    }
}
