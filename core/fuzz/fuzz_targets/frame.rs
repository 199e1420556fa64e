//! Any stream, cut anywhere: its frames are those of the stream in one piece, and nothing but line breaks is lost.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vedette_core::frame::{Delimiter, Framer, Frames};

const DELIMITERS: [Option<&str>; 6] =
    [None, Some(r"[^\=](\<\d+\>)"), Some(r"(?<=a)b|^c"), Some("x*$"), Some(r"(?:a+)+b(?=(c))"), Some("<.*>")];

fuzz_target!(|input: (u8, u8, u8, &[u8])| {
    let (delimiter, limit, chunk, stream) = input;
    let delimiter = DELIMITERS[usize::from(delimiter) % DELIMITERS.len()];
    let framer = || Framer::new(delimiter.map(|regex| Delimiter::new(regex).expect("it compiles")), usize::from(limit));

    let mut whole = framer();
    let mut frames = all(&whole.push(Box::new(stream.to_vec())));
    frames.extend(all(&whole.finish()));
    let mut piecemeal = framer();
    let mut pieces: Vec<_> =
        stream.chunks(usize::from(chunk).max(1)).flat_map(|chunk| all(&piecemeal.push(Box::new(chunk.to_vec())))).collect();
    pieces.extend(all(&piecemeal.finish()));

    assert_eq!(frames, pieces);
    assert_eq!((whole.cut(), whole.empty()), (piecemeal.cut(), piecemeal.empty()));
    let kept = |bytes: &[u8]| bytes.iter().filter(|byte| !b"\r\n".contains(byte)).count();
    assert_eq!(kept(&frames.concat()), kept(stream));
});

fn all(frames: &Frames) -> Vec<Vec<u8>> {
    (0..frames.len()).map(|position| frames.frame(position).to_vec()).collect()
}
