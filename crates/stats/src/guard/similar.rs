//! T8: words that are nearly the same (SimHash; Charikar 2002, "Similarity estimation techniques from rounding algorithms", STOC; Manku, Jain
//! and Das Sarma 2007, "Detecting near-duplicates for web crawling", WWW, for 3 bits of 64).

/// How many bits of two fingerprints may differ.
pub const BITS: u32 = 3;
/// Characters that are looked at together.
const WINDOW: usize = 4;

/// A fingerprint of which few bits differ where few characters do. Give it text that is folded: no case, one space between words.
pub fn fingerprint(text: &str) -> u64 {
    let characters: Vec<char> = text.chars().collect();
    let mut votes = [0_i32; 64];
    let mut vote = |window: &[char]| {
        let hash = hash(window);
        for (bit, votes) in votes.iter_mut().enumerate() {
            *votes += if hash >> bit & 1 == 1 { 1 } else { -1 };
        }
    };
    if characters.len() < WINDOW {
        vote(&characters);
    } else {
        characters.windows(WINDOW).for_each(vote);
    }
    votes.iter().enumerate().fold(0, |print, (bit, votes)| print | u64::from(*votes > 0) << bit)
}

/// Whether two fingerprints are of nearly the same words.
pub fn similar(a: u64, b: u64) -> bool {
    (a ^ b).count_ones() <= BITS
}

/// How many of these have one before them that is nearly the same.
pub fn repetitions(prints: &[u64]) -> usize {
    let repeats = |at: &usize| prints[..*at].iter().any(|before| similar(*before, prints[*at]));
    (0..prints.len()).filter(repeats).count()
}

/// FNV-1a over the characters, mixed (the finaliser of SplitMix64), so that every bit depends on every character.
fn hash(characters: &[char]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for character in characters {
        hash = (hash ^ u64::from(u32::from(*character))).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ hash >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ hash >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ hash >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearly_the_same_words_are_found_and_others_are_not() {
        let long = "can bo tiep don niem no huong dan tan tinh giai quyet nhanh chong dung quy dinh toi rat hai long ve cach phuc \
                    vu cua cac anh chi tai bo phan tiep nhan va tra ket qua xa tran phan huyen dam doi";
        let twin = long.replace("tran phan", "tran phan!");
        let other = "phai di lai ba lan vi thieu giay to ma lan dau khong ai noi, mong xa huong dan mot lan cho du de dan do ton cong";
        let prints = [long, &twin, other, ""].map(fingerprint);
        assert!(similar(prints[0], prints[1]), "{:?}", (prints[0] ^ prints[1]).count_ones());
        assert!(!similar(prints[0], prints[2]));
        assert_eq!(repetitions(&prints), 1);
    }
}
