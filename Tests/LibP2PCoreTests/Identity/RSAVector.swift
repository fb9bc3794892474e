import Multiformats

/// An RSA key of 2048 bits and a signature of its, both made with openssl.
enum RSAVector {
    /// The key as a DER `SubjectPublicKeyInfo`.
    static let key = hex(
        "30820122300d06092a864886f70d01010105000382010f003082010a0282010100b1034a9916d15c46412c144f04a84d"
            + "1204209fca33aab4a470b07a0c884f143ef249ee5e30ec9e05c9ce4531b97ce4a3407d358337c4ebc53fa277d365c17b"
            + "e9e53847a910c1fe034be56e7c29098dd427322dd9ef9ea22dc0a3fe516cb7df90eca333c8951adf7c6e541951261994"
            + "46234cfef8395a4943aa26ca77ca07e33254d8aeaa71acddc0ec8c24462b7277640cbf47042c8d08772881378cd2f180"
            + "ae4020d694eae3266a224c62dabb2ebb7be98b6d0a6df632a2de6f3b9cfeab81e84056817d5a1f979c6baa6ceefa0dfc"
            + "f94dabe1c44aef58a479eef6c9a42f007ee54570a3eb5994b6e4a01d2b1831f04b8bb1f2e2a33927b6f2310eef730b9b"
            + "5d0203010001"
    )

    /// The key as a `PublicKey` message.
    static let message = [0x08, 0x00, 0x12] + Varint.encode(UInt64(key.count)) + key

    static let signed = Array("signed by another kind of key".utf8)

    /// By PKCS #1 v1.5 over SHA-256.
    static let signature = hex(
        "3fa8168e7b48f10ac1eb376cbbd996c9700f6b0a69d8ee5ecfd074798df7ec5fa64c2209d2ee7aaf7ea34986ffb03482"
            + "64d8f89f86a64b5a09e96b7dff95ad7468aa297718701a40622e0b2461d5d2a3b186cc653b9623bb0cc2b19cf7b7a0d9"
            + "e5ff839af5fc1a23910f2c3bfe36d6e806e639252060a7933a4d39d3549fc784eba258be9ae38ef188053be3e1d38cbe"
            + "3843ade69e7ea810d2c2f1eb51e691da237feab9adba25717ca458307329ba91eaebb34ee119129a9e2701948e9d3458"
            + "2d4e1b3cd616f3aee58758628253030e292de25452147ef161a5194534b548103668c100d02c5ed0521219a3b51341b9"
            + "1e0f89c7f9fe41494bca9654d2a1837e"
    )
}
