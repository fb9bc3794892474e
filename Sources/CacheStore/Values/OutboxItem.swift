/// Names an outbox item; later ones have higher numbers.
package struct OutboxID: Hashable, Sendable, Comparable {
    /// The number.
    package let number: Int64

    /// An item's number.
    package init(_ number: Int64) {
        self.number = number
    }

    package static func < (left: OutboxID, right: OutboxID) -> Bool { left.number < right.number }
}

/// Something that must still go out, such as an announcement; what is in it is its owner's affair.
package struct OutboxItem: Hashable, Sendable {
    /// What sort of thing.
    package let kind: String
    /// What it concerns.
    package let key: String
    /// What is needed to do it.
    package let payload: [UInt8]

    /// An item.
    package init(kind: String, key: String, payload: [UInt8] = []) {
        self.kind = kind
        self.key = key
        self.payload = payload
    }
}

/// An outbox item that was not settled yet.
package struct StoredOutboxItem: Hashable, Sendable {
    /// Its number, to settle it with.
    package let id: OutboxID
    /// The item.
    package let item: OutboxItem

    /// A stored item.
    package init(id: OutboxID, item: OutboxItem) {
        self.id = id
        self.item = item
    }
}
