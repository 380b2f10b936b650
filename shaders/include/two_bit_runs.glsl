// Where values of Q2_K and Q3_K stand: a unit is 16 bytes of two-bit values, of which the lowest bits of all bytes are one
// run of 16 values, the next bits another.
#define RUNS 4

uint run_start(uint unit, uint run) {
    return unit / 4 * 256 + (unit % 4) / 2 * 128 + (unit % 2) * 16 + run * 32;
}
