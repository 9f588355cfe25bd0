//! CRC-32, the checksum of links and of zip files.

/// Returns the CRC-32 (ISO 3309, as in zip) of `bytes`.
pub fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = !0_u32;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xEDB8_8320 & 0_u32.wrapping_sub(crc & 1));
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_is_the_checksum_everybody_means() {
        assert_eq!(super::crc32(b"123456789"), 0xCBF4_3926);
    }
}
