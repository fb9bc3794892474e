import LibP2PCore

extension Settings.Mesh {
    /// Joins the private network of a key file, which only its owner may read.
    ///
    /// - Throws: ``SettingsError`` for a file that cannot be read or holds no swarm key.
    public mutating func readSwarmKey(fromFile path: String) throws(SettingsError) {
        var reader = SettingsReader(sources: [[Settings.Key.swarmKeyFile.rawValue: path]], home: nil)
        self.readSwarmKey(&reader)
        if !reader.problems.isEmpty { throw SettingsError(problems: reader.problems) }
    }

    /// Reads the key of `CACHE_SWARM_KEY_FILE`; of a file that does not do nothing but its path is told.
    mutating func readSwarmKey(_ reader: inout SettingsReader) {
        guard let (path, bytes) = reader.secretBytes(.swarmKeyFile) else { return }
        do throws(SwarmKey.Failure) {
            self.swarmKey = try SwarmKey(file: Array(bytes))
            self.swarmKeyFile = path
        } catch {
            reader.refuse(.swarmKeyFile, got: path, wants: "\(error)")
        }
    }
}
