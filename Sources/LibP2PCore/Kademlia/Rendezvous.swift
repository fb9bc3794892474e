import Crypto
import Multiformats

/// Decides when a node says under a key that it is there, and when it looks who else is.
///
/// A key stands for a network or for a topic. Saying so is repeated, since what is said expires; looking is hurried only
/// while there are too few peers, and less and less so while that finds nobody.
package struct Rendezvous: Sendable {
    /// The pace.
    package struct Limits: Sendable {
        /// The most keys.
        package var keys = 256
        /// How often a node says that it is there.
        package var renewal: Duration = .seconds(300)
        /// The wait after a first search that was not enough; it doubles with each further one.
        package var initialPause: Duration = .seconds(1)
        /// The longest wait between searches of who lacks peers.
        package var maximumPause: Duration = .seconds(60)
        /// The share of a wait that chance adds, so that nodes do not search in step.
        package var jitter = 0.5
        /// The keys that are worked on at a time.
        package var parallel = 2

        /// The defaults.
        package init() {}
    }

    /// One thing to do for a key; each ends with `finished`.
    package struct Errand: Hashable, Sendable {
        /// The key.
        package let key: [UInt8]
        /// Whether to say that this node is there; to look is part of it.
        package let announces: Bool

        /// Describes an errand.
        package init(key: [UInt8], announces: Bool) {
            self.key = key
            self.announces = announces
        }
    }

    private struct Key {
        var announce: Duration
        var search: Duration
        var pauses = 0
        var isBusy = false

        func due(lacking: Bool) -> Duration { lacking ? min(self.announce, self.search) : self.announce }
    }

    private let limits: Limits
    private var keys: [[UInt8]: Key] = [:]

    /// Makes one without keys.
    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// The place where the nodes of a network meet, or those that follow one topic of it.
    ///
    /// - Parameters:
    ///   - label: What it is of.
    ///   - secret: The private network's key: then nobody else can name the place.
    /// - Returns: A multihash.
    package static func key(of label: String, secret: [UInt8]? = nil) -> [UInt8] {
        let text = Array("/hookcache/rendezvous/1/\(label)".utf8)
        guard let secret else { return Multihash(hashing: text).bytes }
        // The code is hashed once more, so that the form is that of any other key.
        return Multihash(hashing: HMAC<SHA256>.authenticationCode(for: text, using: SymmetricKey(data: secret))).bytes
    }

    /// Takes the keys to be found under from now on; that this node is there, it says of new ones after a pause.
    package mutating func follow(_ wanted: [[UInt8]], now: Duration, pause: Duration = .zero) {
        let wanted = wanted.prefix(self.limits.keys)
        let set = Set(wanted)
        self.keys = self.keys.filter { set.contains($0.key) }
        for key in wanted where self.keys[key] == nil { self.keys[key] = Key(announce: now + pause, search: now) }
    }

    /// What to do now; each counts as under way from here on.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - lacks: Whether there are too few peers of a key.
    /// - Returns: The errands.
    package mutating func due(now: Duration, lacks: ([UInt8]) -> Bool) -> [Errand] {
        let room = self.limits.parallel - self.keys.values.count(where: \.isBusy)
        guard room > 0 else { return [] }
        let waiting = self.keys.filter { !$0.value.isBusy }
            .map { (key: $0.key, state: $0.value, since: $0.value.due(lacking: lacks($0.key))) }
            .filter { $0.since <= now }
        // Who waited longest goes first.
        let order = waiting.sorted {
            $0.since == $1.since ? $0.key.lexicographicallyPrecedes($1.key) : $0.since < $1.since
        }
        return order.prefix(room).map { key, state, _ in
            self.keys[key]?.isBusy = true
            return Errand(key: key, announces: state.announce <= now)
        }
    }

    /// Notes that an errand is over.
    ///
    /// - Parameters:
    ///   - errand: Which.
    ///   - succeeded: Whether anybody was there to ask.
    ///   - lacks: Whether there are still too few peers of the key.
    ///   - now: The time.
    ///   - chance: A number from 0 up to 1.
    package mutating func finished(_ errand: Errand, succeeded: Bool, lacks: Bool, now: Duration, chance: Double) {
        guard var state = self.keys[errand.key] else { return }
        let jitter = 1 + self.limits.jitter * min(max(chance, 0), 1)
        state.isBusy = false
        state.pauses = lacks ? state.pauses + 1 : 0
        let pause = min(self.limits.initialPause * (1 << min(max(state.pauses - 1, 0), 20)), self.limits.maximumPause)
        state.search = now + pause * jitter
        if errand.announces { state.announce = now + (succeeded ? self.limits.renewal : pause) * jitter }
        self.keys[errand.key] = state
    }

    /// When to look again what is due; nil where nothing is to come before an errand is finished.
    ///
    /// - Parameter lacks: Whether there are too few peers of a key.
    /// - Returns: The time.
    package func nextDue(lacks: ([UInt8]) -> Bool) -> Duration? {
        guard self.keys.values.count(where: \.isBusy) < self.limits.parallel else { return nil }
        return self.keys.filter { !$0.value.isBusy }.map { $0.value.due(lacking: lacks($0.key)) }.min()
    }

    /// Lets every search be due at once: peers were lost, or the first one is here.
    package mutating func hurry(now: Duration) {
        for key in self.keys.keys {
            self.keys[key]?.pauses = 0
            self.keys[key]?.search = now
        }
    }
}
