import CacheCore
import GitHubCore

/// Which credentials were shown to reach what, and what was taken back lately.
struct ProofBook {
    private(set) var moments: [Proof.Subject: Timestamp] = [:]
    private var subjectsByCredential: [CredentialID: Set<Proof.Subject>] = [:]
    /// An answer that was asked for before a withdrawal may still arrive after it.
    private var withdrawals: [Withdrawal: Timestamp] = [:]

    var count: Int { moments.count }
    var withdrawalCount: Int { withdrawals.count }

    /// Takes a proof; false where a later one is known, or something took it back since.
    mutating func take(_ proof: Proof) -> Bool {
        if let known = moments[proof.subject], known >= proof.provenAt { return false }
        for withdrawal in Withdrawal.covering(proof.subject) {
            if let moment = withdrawals[withdrawal], proof.provenAt < moment { return false }
        }
        load(proof)
        return true
    }

    /// Adds a proof that the disk holds.
    mutating func load(_ proof: Proof) {
        moments[proof.subject] = proof.provenAt
        subjectsByCredential[proof.subject.credential, default: []].insert(proof.subject)
    }

    /// Forgets what is taken back, whenever it was proven, and gives its subjects.
    mutating func take(_ withdrawal: Withdrawal, asOf moment: Timestamp, limits: CacheStore.Limits) -> [Proof.Subject] {
        note(withdrawal, asOf: moment, limits: limits)
        let gone: [Proof.Subject]
        switch withdrawal {
        case .subject(let subject): gone = moments[subject] == nil ? [] : [subject]
        case .everything(let credential), .scope(_, let credential):
            gone = (subjectsByCredential[credential] ?? []).filter(withdrawal.covers)
        case .everyone: gone = moments.keys.filter(withdrawal.covers)
        }
        for subject in gone { remove(subject) }
        return gone
    }

    private mutating func note(_ withdrawal: Withdrawal, asOf moment: Timestamp, limits: CacheStore.Limits) {
        withdrawals[withdrawal] = max(withdrawals[withdrawal] ?? moment, moment)
        guard withdrawals.count > limits.withdrawals else { return }
        let horizon = moment.advanced(bySeconds: -limits.withdrawalSeconds)
        withdrawals = withdrawals.filter { $0.value > horizon }
        guard withdrawals.count > limits.withdrawals else { return }
        let latest = withdrawals.sorted { $0.value > $1.value }.prefix(limits.withdrawals / 2)
        withdrawals = Dictionary(uniqueKeysWithValues: latest.map { ($0.key, $0.value) })
    }

    /// Forgets proofs of before a moment, and the oldest of those that are too many; gives their subjects.
    mutating func prune(before horizon: Timestamp, most: Int) -> [Proof.Subject] {
        var gone = moments.filter { $0.value < horizon }.map(\.key)
        for subject in gone { remove(subject) }
        if moments.count > most {
            let oldest = moments.sorted { $0.value < $1.value }.prefix(moments.count - most).map(\.key)
            for subject in oldest { remove(subject) }
            gone += oldest
        }
        return gone
    }

    private mutating func remove(_ subject: Proof.Subject) {
        moments[subject] = nil
        subjectsByCredential[subject.credential]?.remove(subject)
        if subjectsByCredential[subject.credential]?.isEmpty == true { subjectsByCredential[subject.credential] = nil }
    }
}

extension StoreMemory {
    mutating func prove(_ proof: Proof) {
        guard proofs.take(proof) else { return }
        unsaved.proofs.insert(proof.subject)
    }

    mutating func withdraw(_ withdrawal: Withdrawal, asOf moment: Timestamp) {
        unsaved.proofs.formUnion(proofs.take(withdrawal, asOf: moment, limits: limits))
    }

    mutating func forgetOldProofs(now: Timestamp) {
        let horizon = now.advanced(bySeconds: -limits.proofSeconds)
        unsaved.proofs.formUnion(proofs.prune(before: horizon, most: limits.proofs))
    }
}
