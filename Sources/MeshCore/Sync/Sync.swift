package import CacheCore
import Crypto
package import GitHubCore
import Multiformats

/// `/hookcache/sync/1.0.0`: a node gets from one peer what it lacks of the repositories that it follows.
///
/// Both sides lay out what they hold of a repository as a shelf of items. The node that asks tells each shelf's digest;
/// where the peer's differs and the shelf is not empty, they narrow it down to ranges of ids, and the node tells what it
/// holds in those. The peer then sends what is newer or missing, and nothing else: equal shelves cost one small round
/// trip, and whoever was interrupted goes on with any other peer. A shelf holds the entries that may be shared and the
/// states that were seen lately; older states come with the entries that show them.
package enum Sync {
    /// The protocol's id.
    package static let protocolID = "/hookcache/sync/1.0.0"

    /// One thing that is held, as both sides name it.
    package struct Item: Hashable, Sendable {
        /// What is behind it here.
        package enum Subject: Hashable, Sendable {
            /// A stored answer.
            case entry(Entry)
            /// The newest state of a run or job.
            case state(ObjectState)
        }

        /// What is behind it here.
        package let subject: Subject
        /// Names the item on every node.
        package let id: UInt64
        /// Tells one version of it from another.
        package let mark: UInt64
        /// When it was known to be so; of an entry, the later one is the newer one.
        package let moment: Timestamp
        /// Names its body.
        package let body: UInt64

        /// A stored answer.
        package init(_ entry: Entry) {
            let key = entry.key
            let repository = key.repository.map { ($0.canonical, "/repos/\($0)".utf8.count) } ?? ("", 0)
            // Two nodes may write a repository's name in other cases.
            let place = "\(repository.0) \(key.resource.path.dropFirst(repository.1))"
            let name =
                "\(key.audience.text) \(key.representation.media.rawValue) \(key.representation.apiVersion) \(place)"
            self.init(.entry(entry), name: name, moment: entry.validatedAt, cid: entry.cid.bytes)
        }

        /// The newest state of a run or job.
        package init(_ state: ObjectState) {
            // No audience is called so. When it was seen differs from node to node.
            let name = "state \(state.id.kind.rawValue) \(state.id.repository.canonical) \(state.id.id)"
            self.init(.state(state), name: name, moment: Timestamp(milliseconds: 0), cid: state.cid.bytes)
        }

        private init(_ subject: Subject, name: String, moment: Timestamp, cid: [UInt8]) {
            self.subject = subject
            self.moment = moment
            let id = Self.head(SHA256.hash(data: Array(name.utf8)))
            let body = Self.head(SHA256.hash(data: cid))
            var hash = SHA256()
            for part in [id, body, UInt64(bitPattern: moment.milliseconds)] {
                withUnsafeBytes(of: part.bigEndian) { hash.update(bufferPointer: $0) }
            }
            self.id = id
            self.body = body
            self.mark = Self.head(hash.finalize())
        }

        private static func head(_ digest: some Sequence<UInt8>) -> UInt64 {
            digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        }
    }
}

extension Sync {
    /// Items of one repository in the order in which they are sent: the newest first, but objects before the lists that
    /// name them, so that nothing is laid over a list that is in it already, and an object's state right before what
    /// shows the object, since both have the same body.
    package static func ordered(_ items: [Item]) -> [Item] {
        var states: [Endpoint: Item] = [:]
        var objects: [Item] = []
        var others: [Item] = []
        for item in items.sorted(by: { $0.seenAt > $1.seenAt }) {
            switch item.subject {
            case .state(let state): states[state.id.endpoint] = item
            case .entry(let entry):
                switch entry.key.endpoint {
                case .run, .job: objects.append(item)
                default: others.append(item)
                }
            }
        }
        var pairs: [Item] = []
        for item in objects {
            if case .entry(let entry) = item.subject, let state = states.removeValue(forKey: entry.key.endpoint) {
                pairs.append(state)
            }
            pairs.append(item)
        }
        return states.values.sorted { $0.seenAt > $1.seenAt } + pairs + others
    }
}

extension Sync.Item {
    /// When it was last known to be so here.
    var seenAt: Timestamp {
        switch self.subject {
        case .state(let state): state.seenAt
        case .entry(let entry): entry.validatedAt
        }
    }
}
