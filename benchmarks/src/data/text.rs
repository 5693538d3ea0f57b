//! Text whose words follow Zipf's law, as those of natural language do.

use std::collections::HashSet;
use std::io::{self, Write};

use super::SplitMix64;

/// Distinct words of the text that the word count reads. Each of them occurs in 1 GB of it.
pub const VOCABULARY: usize = 192_000;

/// Lines end with the first word that passes this length in bytes.
const LINE_BYTES: usize = 55;

/// Lengths of words, in letters.
const WORD_LETTERS: std::ops::RangeInclusive<usize> = 2..=14;

/// Writes lines of about 60 bytes, words of 2 to 14 letters separated by one space.
///
/// Word number k, from 1, is drawn with probability ln(1 + 1/k) / ln(n + 1), where n is the size of
/// the vocabulary: Zipf's 1/k within a few percent but for the first words, and drawn without a table
/// by raising e to a uniform power. Frequent words are shorter; the mean over a text is 6 letters.
#[derive(Debug)]
pub struct ZipfText {
    words: Vec<String>,
    random: SplitMix64,
}

impl ZipfText {
    /// A text over `vocabulary` distinct words; `seed` decides both words and text.
    ///
    /// # Panics
    /// If `vocabulary` is 0.
    pub fn new(vocabulary: usize, seed: u64) -> Self {
        assert!(vocabulary > 0, "a text needs words");
        let mut random = SplitMix64::new(seed);
        let words = distinct_words(vocabulary, &mut random);
        Self { words, random }
    }

    /// The words, the most frequent first.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Writes whole lines until at least `bytes` are written, and returns how many were.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&mut self, bytes: u64, out: &mut impl Write) -> io::Result<u64> {
        let mut written = 0;
        let mut line = String::with_capacity(LINE_BYTES + 16);
        while written < bytes {
            line.clear();
            while line.len() < LINE_BYTES {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(self.draw());
            }
            line.push('\n');
            out.write_all(line.as_bytes())?;
            written += line.len() as u64;
        }
        Ok(written)
    }

    fn draw(&mut self) -> &str {
        let count = self.words.len();
        let rank = ((count + 1) as f64).powf(self.random.unit()) as usize;
        // The power lies in 1..count+1; rounding may reach its open end.
        &self.words[rank.clamp(1, count) - 1]
    }
}

/// Random words, none twice, longer with their rank.
fn distinct_words(count: usize, random: &mut SplitMix64) -> Vec<String> {
    let mut seen = HashSet::with_capacity(count);
    let mut words = Vec::with_capacity(count);
    for rank in 0..count {
        let mut letters = typical_letters(rank, random.unit());
        let word = loop {
            let word = random_word(letters, random);
            if seen.insert(word.clone()) {
                break word;
            }
            // Short words run out: a clash lengthens the word, so that the search ends.
            letters = (letters + 1).min(*WORD_LETTERS.end());
        };
        words.push(word);
    }
    words
}

/// Letters of the word at `rank`, spread by `chance` in 0..1.
fn typical_letters(rank: usize, chance: f64) -> usize {
    let growth = 0.65 * ((rank + 1) as f64).ln() * (0.6 + 0.8 * chance);
    (WORD_LETTERS.start() + growth.round() as usize).min(*WORD_LETTERS.end())
}

fn random_word(letters: usize, random: &mut SplitMix64) -> String {
    (0..letters)
        .map(|_| char::from(b'a' + random.below(26) as u8))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: u64, seed: u64) -> String {
        let mut out = Vec::new();
        ZipfText::new(500, seed).write(bytes, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_seed_decides_the_text() {
        assert_eq!(text(5_000, 1), text(5_000, 1));
        assert_ne!(text(5_000, 1), text(5_000, 2));
    }

    #[test]
    fn words_are_distinct_and_of_the_promised_length() {
        let text = ZipfText::new(20_000, 3);
        assert!(text.words().iter().all(|w| WORD_LETTERS.contains(&w.len())));
        assert_eq!(text.words().iter().collect::<HashSet<_>>().len(), 20_000);
    }

    #[test]
    fn lines_are_about_sixty_bytes_and_whole() {
        let text = text(100_000, 1);
        assert!(text.len() >= 100_000 && text.ends_with('\n'));
        assert!(text.lines().all(|line| (55..=69).contains(&line.len())));
    }

    #[test]
    fn frequencies_fall_with_the_rank() {
        let mut generator = ZipfText::new(500, 1);
        let mut out = Vec::new();
        generator.write(400_000, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let count = |rank: usize| {
            text.split_whitespace()
                .filter(|w| *w == generator.words()[rank])
                .count() as f64
        };
        assert!((1.3..2.2).contains(&(count(0) / count(1))));
        assert!((5.0..13.0).contains(&(count(1) / count(19))));
    }
}
