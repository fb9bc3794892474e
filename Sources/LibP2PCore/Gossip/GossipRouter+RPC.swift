extension GossipRouter {
    /// One pubsub RPC: news of subscriptions, messages and gossipsub's control, each part possibly empty.
    package struct RPC: Sendable, Equatable {
        /// A peer joins or leaves a topic.
        package struct Subscription: Sendable, Equatable {
            /// Whether it joins.
            package var isSubscribed: Bool
            /// The topic.
            package var topic: String

            /// Names both.
            package init(isSubscribed: Bool, topic: String) {
                self.isSubscribed = isSubscribed
                self.topic = topic
            }
        }

        /// A message exactly as it travels; what is absent on the wire is nil, since signatures tell the difference.
        package struct Message: Sendable, Equatable {
            /// The author's peer id.
            package var author: [UInt8]?
            /// The payload.
            package var data: [UInt8]?
            /// The author's number for it, eight bytes, big endian.
            package var sequence: [UInt8]?
            /// The topic.
            package var topic: String?
            /// The author's signature.
            package var signature: [UInt8]?
            /// The author's `PublicKey` message.
            package var key: [UInt8]?
            /// Fields that this version does not know, kept because the signature covers them.
            package var unknownFields: [UInt8] = []

            /// Makes a message without a field.
            package init() {}
        }

        /// IHAVE: messages of a topic that the sender holds.
        package struct Have: Sendable, Equatable {
            /// The topic.
            package var topic: String
            /// The messages.
            package var messages: [MessageID]

            /// Names both.
            package init(topic: String, messages: [MessageID]) {
                self.topic = topic
                self.messages = messages
            }
        }

        /// PRUNE: the sender takes the receiver out of its mesh for the topic.
        package struct Prune: Sendable, Equatable {
            /// The topic.
            package var topic: String
            /// Seconds before the receiver may graft again; absent from gossipsub 1.0 peers.
            package var backoff: UInt64?
            /// Other peers of the topic, for the receiver to turn to.
            package var peers: [Candidate]

            /// Names all.
            package init(topic: String, backoff: UInt64?, peers: [Candidate] = []) {
                self.topic = topic
                self.backoff = backoff
                self.peers = peers
            }
        }

        /// A peer that is named to another.
        package struct Candidate: Sendable, Equatable {
            /// Its peer id.
            package var peer: [UInt8]
            /// Its signed peer record, as an envelope.
            package var record: [UInt8]?

            /// Names both.
            package init(peer: [UInt8], record: [UInt8]?) {
                self.peer = peer
                self.record = record
            }
        }

        /// Joined and left topics.
        package var subscriptions: [Subscription] = []
        /// Messages, each whole.
        package var messages: [Message] = []
        /// IHAVE.
        package var haves: [Have] = []
        /// IWANT: messages that the sender asks for.
        package var wants: [MessageID] = []
        /// GRAFT: topics in whose mesh the sender has put the receiver.
        package var grafts: [String] = []
        /// PRUNE.
        package var prunes: [Prune] = []
        /// IDONTWANT: messages that the sender has and need not be sent.
        package var dontWants: [MessageID] = []

        /// Makes an RPC that says nothing yet.
        package init() {}

        /// Whether it says nothing.
        package var isEmpty: Bool { self == RPC() }
    }
}
