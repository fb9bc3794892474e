import ArgumentParser
import HookCacheKit

/// An owner, or one repository of an owner, as an argument.
struct Scope: ExpressibleByArgument, Equatable, CustomStringConvertible {
    var target: Settings.WatchTarget

    init?(argument: String) {
        guard let target = Settings.WatchTarget(argument) else { return nil }
        self.target = target
    }

    /// The query item that names it to the node.
    var queryItem: (String, String) {
        switch self.target {
        case .owner(let owner): ("owner", owner)
        case .repository: ("repo", self.description)
        }
    }

    var description: String { self.target.description }
}

/// A repository as an argument.
struct Repository: ExpressibleByArgument, Equatable, CustomStringConvertible {
    var description: String

    init?(argument: String) {
        guard case .repository = Settings.WatchTarget(argument) else { return nil }
        self.description = argument
    }
}

/// An owner as an argument.
struct Owner: ExpressibleByArgument, Equatable, CustomStringConvertible {
    var description: String

    init?(argument: String) {
        guard case .owner = Settings.WatchTarget(argument) else { return nil }
        self.description = argument
    }
}
