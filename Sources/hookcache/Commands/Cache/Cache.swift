import ArgumentParser

/// `hookcache cache`: what is stored.
struct Cache: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List, read, verify and clear what the node has stored.",
        subcommands: [List.self, Get.self, Verify.self, Clear.self]
    )
}
