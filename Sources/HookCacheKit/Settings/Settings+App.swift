import Foundation
import GitHubClient

extension Settings {
    /// Reads the GitHub App that the node is: both of its settings, a key that only its owner can read, and no token.
    mutating func readApp(_ reader: inout SettingsReader) {
        let id = reader.value(.githubAppID, wants: "the App's number, or its client id such as Iv23liABCDEF") { text in
            let isName =
                text.utf8.count <= 64 && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") }
            return text.allSatisfy(\.isNumber) && isName || isName && text.hasPrefix("Iv") ? text : nil
        }
        let hasID = reader.text(.githubAppID) != nil
        let hasFile = reader.text(.githubAppPrivateKeyFile) != nil
        guard hasID || hasFile else { return }
        if !hasFile {
            reader.refuse(
                .githubAppPrivateKeyFile,
                wants: "the file of the App's private key where GITHUB_APP_ID is set"
            )
        }
        if !hasID {
            reader.refuse(.githubAppID, wants: "the App's number where GITHUB_APP_PRIVATE_KEY_FILE is set")
        }
        if reader.text(.githubToken) != nil {
            let wants = "to be unset where GITHUB_TOKEN or GH_TOKEN is: a node asks GitHub as one of the two"
            reader.refuse(.githubAppID, got: reader.text(.githubAppID), wants: wants)
        }
        guard hasFile, let text = reader.secretFile(.githubAppPrivateKeyFile) else { return }
        do {
            _ = try AppKey(pem: text)
        } catch {
            reader.refuse(.githubAppPrivateKeyFile, got: reader.text(.githubAppPrivateKeyFile), wants: "\(error)")
            return
        }
        self.github.app = id.map { App(id: $0, privateKey: Secret(text)) }
    }
}
