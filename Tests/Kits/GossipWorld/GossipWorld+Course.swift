extension GossipWorld {
    /// What became of a message.
    package struct Course: Sendable, Equatable {
        /// Who published it.
        package let author: Int
        /// Where.
        package let topic: String
        /// When, in milliseconds.
        package let start: Int
        /// When each node first had it.
        package fileprivate(set) var arrivals: [Int: Int] = [:]
        /// How often it arrived anywhere, the same node counted as often as it got it.
        package fileprivate(set) var copies = 0

        init(author: Int, topic: String, start: Int) {
            self.author = author
            self.topic = topic
            self.start = start
        }

        mutating func arrived() { self.copies += 1 }

        mutating func reached(_ node: Int, at moment: Int) {
            if self.arrivals[node] == nil { self.arrivals[node] = moment }
        }
    }
}
