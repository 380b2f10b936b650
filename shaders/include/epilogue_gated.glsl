// The matrix holds the rows of the gates and then as many of the values; an item is a gate and its value, and the
// result is SwiGLU of both.
const uint ITEM_ROWS = 2;

layout(push_constant) uniform Push {
    uint rows;
    uint units;
    uint count; // of columns
    float epsilon;
};
layout(binding = 4) writeonly buffer Result { float y[]; };

uint item_row(uint item, uint member) { return item + member * (rows / 2); }

void finish(uint item, uint column, float sums[ITEM_ROWS]) {
    if (item < rows / 2 && column < count) {
        y[activation_place(item, column, count)] = sums[0] / (1.0 + exp(-sums[0])) * sums[1];
    }
}
