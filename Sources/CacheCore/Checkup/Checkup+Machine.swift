extension Checkup {
    /// What is seen of a file or folder that must be its owner's alone.
    package struct FileFacts: Hashable, Sendable {
        /// What it is, in a word.
        package let what: String
        /// Where it is.
        package let path: String
        /// Its permission bits; nil where it is not there.
        package let mode: Int?
        /// Whether it is a folder.
        package let isFolder: Bool

        /// A file.
        package init(_ what: String, path: String, mode: Int?, isFolder: Bool = false) {
            self.what = what
            self.path = path
            self.mode = mode
            self.isFolder = isFolder
        }
    }

    /// Whether files with secrets are their owner's alone.
    package static func ofFiles(_ files: [FileFacts]) -> [Checkup] {
        let open = files.filter { ($0.mode ?? 0) & 0o077 != 0 }
        guard open.isEmpty else {
            return open.map { file in
                let mode = String((file.mode ?? 0) & 0o777, radix: 8)
                let why = "\(file.what) \(file.path) is open to other users (mode \(mode))"
                let remedy = "chmod \(file.isFolder ? "700" : "600") \(file.path)"
                return file.isFolder ? .warn("files", why, remedy: remedy) : .fail("files", why, remedy: remedy)
            }
        }
        let there = files.filter { $0.mode != nil }
        guard !there.isEmpty else { return [.pass("files", "none is there yet")] }
        return [.pass("files", "\(there.map(\.what).joined(separator: ", ")): their owner's alone")]
    }

    /// What is seen of the place where everything is stored.
    package struct StoreFacts: Hashable, Sendable {
        /// The folder.
        package let folder: String
        /// Why nothing can be written there; nil where it can.
        package var refusal: String?
        /// Free bytes; nil where that is not known.
        package var free: Int64?
        /// The length of the database; nil where there is none yet.
        package var database: Int64?
        /// The length of its write-ahead log.
        package var log: Int64 = 0
        /// What is wrong in the database; empty where it is sound, nil where nobody looked.
        package var damages: [String]?

        /// A folder.
        package init(folder: String) { self.folder = folder }
    }

    /// Whether the store can be written, has room, and is sound.
    package static func ofStore(_ facts: StoreFacts) -> [Checkup] {
        var problems: [Checkup] = []
        if let refusal = facts.refusal {
            let remedy = "make \(facts.folder) writable for the node's user, or choose another one with CACHE_DIR"
            problems.append(.fail("disk", "\(facts.folder) cannot be written: \(refusal)", remedy: remedy))
        }
        if let free = facts.free, free < Limits.diskLow {
            let why = "\(size(free)) are free for \(facts.folder)"
            let remedy = "make room, or choose another place with CACHE_DIR; CACHE_MAX_ENTRIES bounds what is stored"
            problems.append(Checkup("disk", free < Limits.diskFull ? .fail : .warn, why, remedy: remedy))
        }
        if facts.log > Limits.walBytes {
            let why = "the database's log has grown to \(size(facts.log))"
            problems.append(.warn("disk", why, remedy: "start the node again: it is folded in when the node ends"))
        }
        if problems.isEmpty {
            problems.append(
                .pass("disk", "\(facts.folder) can be written\(facts.free.map { "; \(size($0)) are free" } ?? "")")
            )
        }
        guard let length = facts.database else {
            return problems + [.pass("database", "it is made at the first start")]
        }
        guard let damages = facts.damages else {
            let why = "\(size(length)): it was not looked into"
            return problems + [.warn("database", why, remedy: "see that this user may read it")]
        }
        guard let first = damages.first else {
            return problems + [.pass("database", "\(size(length)), its log \(size(facts.log)); it is sound")]
        }
        let remedy =
            "stop the node and move the database away: what is stored is fetched again, webhooks are to be registered again"
        return problems + [.fail("database", "it is damaged: \(first)", remedy: remedy)]
    }

    /// A number of bytes in words.
    private static func size(_ bytes: Int64) -> String {
        switch bytes {
        case ..<1_024: "\(bytes) B"
        case ..<(1 << 20): "\(bytes >> 10) KiB"
        case ..<(10 << 30): "\(bytes >> 20) MiB"
        default: "\(bytes >> 30) GiB"
        }
    }
}
