extension GossipRouter {
    /// How a router makes sure that others are who they say they are.
    package struct Proofs: Sendable {
        /// Makes sure of a message's author.
        let message: @Sendable (RPC.Message) throws(SignedMessage.Flaw) -> SignedMessage

        /// What every real node takes: signatures are checked.
        package static let strict = Self { message throws(SignedMessage.Flaw) in try SignedMessage(verifying: message) }

        /// Nothing is checked but that the parts are there: only for simulations, which would spend their time on it.
        package static let assumed = Self { message throws(SignedMessage.Flaw) in
            try SignedMessage(believing: message)
        }
    }
}
