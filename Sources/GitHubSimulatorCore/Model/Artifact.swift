package import GitHubCore

extension SimulatedGitHub {
    /// What a run uploaded: files, which are downloaded as one archive.
    package struct Artifact: Hashable, Sendable {
        /// GitHub's number for it.
        package let id: Int64
        /// The run that made it.
        package let runID: Int64
        /// Its name.
        package let name: String
        /// The zip archive of its files.
        package let archive: [UInt8]
        /// When it was uploaded.
        package let createdAt: Timestamp
        /// Whether GitHub has thrown it away.
        package var isExpired: Bool
    }

    /// Uploads an artifact of a run: the files, by their paths, or one of the artifact's own name.
    @discardableResult
    package mutating func createArtifact(
        _ name: String,
        run: Int64,
        files: [(path: String, content: [UInt8])]? = nil,
        at now: Timestamp
    ) throws(Misuse) -> Artifact {
        guard runs[run] != nil else { throw .unknown("run \(run)") }
        let files = files ?? [("\(name).txt", Array("This is \(name).\n".utf8))]
        let artifact = Artifact(
            id: makeID(.artifact),
            runID: run,
            name: name,
            archive: ZipArchive(files.map { ($0.path, $0.content) }).bytes,
            createdAt: now,
            isExpired: false
        )
        artifacts.append(artifact)
        return artifact
    }

    /// Lets an artifact expire: it is still listed, and cannot be downloaded any more.
    package mutating func expire(artifact id: Int64) throws(Misuse) {
        guard let index = artifacts.firstIndex(where: { $0.id == id }) else { throw .unknown("artifact \(id)") }
        artifacts[index].isExpired = true
    }
}
