import Multiformats

/// Values stored for others: valid ones only, the better of two, each for a time.
package struct RecordStore: Sendable {
    /// Says which values a namespace of keys may hold; both rules must not depend on order or time.
    package struct Validator: Sendable {
        /// Whether a value may stand under a key.
        package let isValid: @Sendable (Kademlia.Record) -> Bool
        /// Whether a value takes the place of another one under the same key.
        package let isBetter: @Sendable (_ new: [UInt8], _ old: [UInt8]) -> Bool

        /// Puts a validator together.
        package init(
            isValid: @escaping @Sendable (Kademlia.Record) -> Bool,
            isBetter: @escaping @Sendable (_ new: [UInt8], _ old: [UInt8]) -> Bool = { _, _ in false }
        ) {
            self.isValid = isValid
            self.isBetter = isBetter
        }

        /// Keys `/pk/` and a peer's name, with the public key that the name was made from.
        package static let publicKey = Validator(isValid: { record in
            let name = Array(record.key.dropFirst(4))
            return (try? PublicKey(message: record.value))?.peerID.bytes == name
        })
    }

    private struct Stored {
        let value: [UInt8]
        let since: Duration
    }

    private let limits: Kademlia.Limits
    private let validators: [String: Validator]
    private var records: [[UInt8]: Stored] = [:]

    /// Makes an empty store.
    ///
    /// - Parameters:
    ///   - validators: Who judges, by namespace; a key of any other is refused.
    ///   - limits: The bounds.
    package init(validators: [String: Validator] = ["pk": .publicKey], limits: Kademlia.Limits = Kademlia.Limits()) {
        self.validators = validators
        self.limits = limits
    }

    /// The number of values.
    package var count: Int { self.records.count }

    /// Stores a value unless it is not valid, or there is a better one or no room.
    package mutating func put(_ record: Kademlia.Record, now: Duration) -> Bool {
        guard self.isValid(record) else { return false }
        if let known = self.value(of: record.key, now: now), known != record.value,
            self.validator(of: record.key)?.isBetter(record.value, known) != true
        {
            return false
        }
        if self.records[record.key] == nil, self.records.count >= self.limits.records {
            self.expire(now: now)
            guard self.records.count < self.limits.records else { return false }
        }
        self.records[record.key] = Stored(value: record.value, since: now)
        return true
    }

    /// The value under a key.
    package func value(of key: [UInt8], now: Duration) -> [UInt8]? {
        guard let stored = self.records[key], now - stored.since < self.limits.recordLifetime else { return nil }
        return stored.value
    }

    /// Whether a value may stand under its key.
    package func isValid(_ record: Kademlia.Record) -> Bool {
        guard record.value.count <= self.limits.valueBytes else { return false }
        return self.validator(of: record.key)?.isValid(record) ?? false
    }

    /// The better of two valid values.
    package func better(_ one: [UInt8], _ other: [UInt8], of key: [UInt8]) -> [UInt8] {
        self.validator(of: key)?.isBetter(other, one) == true ? other : one
    }

    /// Forgets what has expired.
    package mutating func expire(now: Duration) {
        self.records = self.records.filter { now - $0.value.since < self.limits.recordLifetime }
    }

    private func validator(of key: [UInt8]) -> Validator? {
        let slash = UInt8(ascii: "/")
        guard key.first == slash, let end = key.dropFirst().firstIndex(of: slash) else { return nil }
        return self.validators[String(decoding: key[1..<end], as: UTF8.self)]
    }
}
