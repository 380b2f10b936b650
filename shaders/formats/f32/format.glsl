// F32 weights as the file has them. A unit is 32 values in a row.
#define RUNS 2

layout(binding = 0) readonly buffer Values { vec4 values[]; };

uint run_start(uint unit, uint run) { return unit * 32 + run * 16; }

void load_unit(uint row, uint unit, uint units, out vec4 w[4 * RUNS]) {
    const uint first = (row * units + unit) * 8;
    for (uint i = 0; i < 8; i++) {
        w[i] = values[first + i];
    }
}
