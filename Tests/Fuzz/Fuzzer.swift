/// What libFuzzer calls with each input. A broken promise of the reader ends the process, so that the input is kept.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzReader(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let bytes = UnsafeRawBufferPointer(start: data, count: size)
    let broken = (try? exerciseReader(bytes)) ?? []
    precondition(broken.isEmpty, broken.joined(separator: "; "))
    return 0
}
