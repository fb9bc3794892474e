import Multiformats

extension Settings.Mesh {
    /// Sets the peers to dial: multiaddrs such as `/ip4/127.0.0.1/tcp/9000/p2p/12D3…`.
    ///
    /// - Throws: ``SettingsError`` for an address that cannot be read or names no peer.
    public mutating func setBootstrapPeers(_ addresses: [String]) throws(SettingsError) {
        var parsed: [Multiaddr] = []
        for text in addresses {
            guard let address = try? Multiaddr(text), address.peerID != nil else {
                throw Self.problem("CACHE_BOOTSTRAP_PEERS", text, "a multiaddr that ends in /p2p/ and a peer id")
            }
            parsed.append(address)
        }
        bootstrapPeers = parsed
    }

    /// Sets the peers whose signed word counts.
    ///
    /// - Throws: ``SettingsError`` for a peer id that cannot be read.
    public mutating func setAllowedPeers(_ ids: [String]) throws(SettingsError) {
        var parsed: Set<PeerID> = []
        for text in ids {
            guard let id = try? PeerID(text) else { throw Self.problem("CACHE_ALLOWED_PEERS", text, "a peer id") }
            parsed.insert(id)
        }
        allowedPeers = parsed
    }

    private static func problem(_ key: String, _ got: String, _ wants: String) -> SettingsError {
        SettingsError(problems: [SettingsError.Problem(key: key, got: got, wants: wants)])
    }
}
