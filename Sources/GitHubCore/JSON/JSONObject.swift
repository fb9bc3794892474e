/// An object within a JSON text, read field by field and leniently: what is absent, null or of another kind is nil.
///
/// GitHub adds fields every month and old payloads lack many, so nothing here fails on a field.
package struct JSONObject: Sendable {
    /// The text that it stands in.
    package let text: JSONSlices
    private let fields: [String: Range<Int>]
    /// Where the object stands in the text.
    package let range: Range<Int>

    /// The object at a range of a text.
    package init(_ text: JSONSlices, at range: Range<Int>) throws(JSONError) {
        self.init(text, try text.members(of: range), at: range)
    }

    /// The outermost object of a text.
    package init(_ text: JSONSlices) throws(JSONError) {
        try self.init(text, at: text.root)
    }

    /// The object that a text is.
    package init(_ bytes: [UInt8]) throws(JSONError) {
        let (text, members) = try JSONSlices.object(bytes)
        self.init(text, members, at: text.root)
    }

    private init(_ text: JSONSlices, _ members: [JSONSlices.Member], at range: Range<Int>) {
        self.text = text
        self.range = range
        // The last of several equal keys counts, as with most readers.
        fields = Dictionary(members.lazy.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    }

    /// The object's own bytes.
    package var bytes: [UInt8] { Array(text.bytes[range]) }

    /// The keys, in no order.
    package var keys: some Collection<String> { fields.keys }

    /// Whether a key is there at all, be its value null.
    package func has(_ key: String) -> Bool { fields[key] != nil }

    /// Where the value of a key stands, or nil without that key.
    package func valueRange(_ key: String) -> Range<Int>? { fields[key] }

    /// The value's own bytes at a key, or nil without that key.
    package func value(_ key: String) -> ArraySlice<UInt8>? { fields[key].map { text.bytes[$0] } }

    /// The text at a key.
    package func string(_ key: String) -> String? { fields[key].flatMap(text.string) }

    /// The integer at a key.
    package func integer(_ key: String) -> Int64? { fields[key].flatMap(text.integer) }

    /// The truth value at a key.
    package func bool(_ key: String) -> Bool? { fields[key].flatMap(text.bool) }

    /// The moment at a key, from an RFC 3339 text.
    package func timestamp(_ key: String) -> Timestamp? { string(key).flatMap { Timestamp(rfc3339: $0) } }

    /// The object at a key.
    package func object(_ key: String) -> JSONObject? {
        fields[key].flatMap { try? JSONObject(text, at: $0) }
    }

    /// Where the elements of the array at a key stand; empty without an array.
    package func elements(_ key: String) -> [Range<Int>] {
        fields[key].flatMap { try? text.elements(of: $0) } ?? []
    }

    /// The objects in the array at a key; other elements are left out.
    package func objects(_ key: String) -> [JSONObject] {
        elements(key).compactMap { try? JSONObject(text, at: $0) }
    }

    /// The texts in the array at a key; other elements are left out.
    package func strings(_ key: String) -> [String] {
        elements(key).compactMap(text.string)
    }
}
