// An item is a row: bias and residual are added, and the sum is the result.
const uint ITEM_ROWS = 1;

layout(constant_id = 5) const bool HAS_BIAS = false;
layout(constant_id = 6) const bool HAS_RESIDUAL = false;

layout(push_constant) uniform Push {
    uint rows;
    uint units;
    uint count; // of columns
    float epsilon;
};
layout(binding = 4) readonly buffer Bias { float bias[]; };
layout(binding = 5) readonly buffer Residual { float residual[]; };
layout(binding = 6) writeonly buffer Result { float y[]; };

uint item_row(uint item, uint member) { return item; }

void finish(uint item, uint column, float sums[ITEM_ROWS]) {
    if (item >= rows || column >= count) {
        return;
    }
    const uint place = activation_place(item, column, count);
    float sum = sums[0];
    if (HAS_BIAS) {
        sum += bias[item];
    }
    if (HAS_RESIDUAL) {
        sum += residual[place];
    }
    y[place] = sum;
}
