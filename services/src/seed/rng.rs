//! Random numbers that can be repeated: the same seed gives the same ones on every machine.

/// SplitMix64 (Steele, Lea, Flood 2014). Good enough for people who do not exist, and for
/// nothing secret.
pub(super) struct Rng(u64);

impl Rng {
    /// A sequence of its own for each person's number, so that what one person gets depends on nobody else.
    pub fn of(seed: u64, number: u64) -> Self {
        let mut whose = Self(number);
        Self(seed.wrapping_mul(0xd134_2543_de82_ef95) ^ whose.next_u64())
    }

    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 up to but not including `end`; 0 where there is nothing to choose from.
    pub fn below(&mut self, end: i64) -> i64 {
        let end = end.max(1) as u64;
        ((u128::from(self.next_u64()) * u128::from(end)) >> 64) as i64
    }

    /// True so many times in a million.
    pub fn chance(&mut self, in_a_million: i64) -> bool {
        self.below(1_000_000) < in_a_million
    }

    pub fn one_of<'a, T>(&mut self, these: &'a [T]) -> Option<&'a T> {
        these.get(self.below(these.len() as i64) as usize)
    }

    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut out = [0; N];
        for eight in out.chunks_mut(8) {
            let drawn = self.next_u64().to_le_bytes();
            eight.copy_from_slice(&drawn[..eight.len()]);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers_and_another_does_not() {
        let numbers = |seed, number| {
            let mut rng = Rng::of(seed, number);
            [(); 4].map(|()| rng.next_u64())
        };
        assert_eq!(numbers(1, 2), numbers(1, 2));
        assert_ne!(numbers(1, 2), numbers(2, 2));
        assert_ne!(numbers(1, 2), numbers(1, 3));
    }

    #[test]
    fn every_number_comes_about_as_often() {
        let mut rng = Rng::of(7, 0);
        let mut seen = [0; 6];
        (0..6_000).for_each(|_| seen[rng.below(6) as usize] += 1);
        assert!(seen.iter().all(|times| (800..1_200).contains(times)), "{seen:?}");
        assert_eq!(rng.below(0), 0);
    }
}
