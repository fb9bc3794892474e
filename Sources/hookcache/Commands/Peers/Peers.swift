import ArgumentParser

/// `hookcache peers`: the mesh.
struct Peers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The mesh: who is connected, who this node is, and what each peer holds.",
        subcommands: [List.self, ID.self, Connect.self, Query.self, Keygen.self]
    )
}
