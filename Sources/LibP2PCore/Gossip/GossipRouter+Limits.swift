extension GossipRouter {
    /// The bounds on what peers may cost this node.
    package struct Limits: Sendable, Equatable {
        /// The longest RPC, in or out; go and py draw the same line.
        package static let rpcBytes = 1 << 20
        /// The most top-level elements of one RPC: subscriptions and messages.
        package static let rpcElements = 8192
        /// The most elements of one RPC's control: its messages, and what each names.
        package static let rpcControls = 32_768
        /// The longest payload of one message; leaves room for its frame in an RPC.
        package var messageBytes = 1_000_000
        /// The most peers.
        package var peers = 512
        /// The most topics that this node follows.
        package var topics = 4096
        /// The most topics that one peer is remembered to follow.
        package var topicsPerPeer = 8192
        /// The longest name of a topic, in UTF-8.
        package var topicBytes = 256
        /// The most GRAFTs and the most PRUNEs taken from one RPC.
        package var controls = 4096
        /// The longest backoff that a PRUNE can impose.
        package var backoff: Duration = .seconds(3600)
        /// The most backoffs remembered.
        package var backoffs = 65_536
        /// The most ids of seen messages.
        package var seen = 65_536
        /// The most messages kept for peers that ask.
        package var cachedMessages = 8192
        /// The most payload bytes kept for peers that ask.
        package var cachedBytes = 16 << 20
        /// The most messages that wait for a verdict; further ones are let pass and may come again.
        package var pending = 1024
        /// The most RPCs with IHAVE heard from one peer between heartbeats.
        package var havesPerHeartbeat = 10
        /// The most RPCs with IHAVE to one peer between heartbeats that announce a large message; then it is sent whole.
        package var announcementsPerHeartbeat = 5
        /// The most ids in an RPC's IHAVE, and the most asked of one peer between heartbeats.
        package var idsPerHeartbeat = 5000
        /// The longest id that is looked at.
        package var idBytes = 128
        /// The most ids of IDONTWANT taken from one peer between heartbeats.
        package var dontWantsPerHeartbeat = 1000
        /// The most messages asked for and not yet received.
        package var wanted = 16_384
        /// How often one peer is given one message.
        package var retransmissions = 3
        /// The most payload bytes that one peer is given on request between heartbeats.
        package var answeredBytes = 4 << 20
        /// The most peers named in a PRUNE, and the most taken from one RPC's PRUNEs.
        package var exchanged = 16
        /// The longest signed peer record that is kept or looked at.
        package var recordBytes = 2048
        /// The most bad scores that are remembered of peers that have gone.
        package var departed = 4096

        /// Takes the defaults.
        package init() {}
    }
}
