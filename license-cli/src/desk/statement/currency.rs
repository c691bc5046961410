//! Currencies: their codes, and how many decimals their amounts have.

use std::fmt;

/// Codes of ISO 4217 whose amounts have two decimals.
const TWO: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP \
                   BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP \
                   GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW \
                   KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR \
                   MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR \
                   SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS \
                   UAH USD UYU UZS VES WST XCD YER ZAR ZMW ZWG";
/// Those without decimals.
const NONE: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
/// Those with three.
const THREE: &str = "BHD IQD JOD KWD LYD OMR TND";

/// A currency of ISO 4217.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Currency {
    code: &'static str,
    /// How many decimals an amount has.
    pub(crate) decimals: u32,
}

impl Currency {
    /// The currency of this code, in capital letters.
    pub(crate) fn parse(code: &str) -> Option<Self> {
        let tables = [(NONE, 0), (TWO, 2), (THREE, 3)];
        tables.into_iter().find_map(|(codes, decimals)| {
            let code = codes.split_whitespace().find(|known| *known == code)?;
            Some(Self { code, decimals })
        })
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_those_of_the_standard() {
        let decimals = |code| Currency::parse(code).map(|it| it.decimals);
        let codes = ["USD", "EUR", "JPY", "KWD", "usd", "XXX", "US", ""];
        let expected = [Some(2), Some(2), Some(0), Some(3), None, None, None, None];
        assert_eq!(codes.map(decimals), expected);
    }

    #[test]
    fn each_code_stands_once() {
        let all: Vec<&str> = [NONE, TWO, THREE].iter().flat_map(|it| it.split(' ')).collect();
        let mut once = all.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), all.len());
        assert!(all.iter().all(|code| code.len() == 3));
    }
}
