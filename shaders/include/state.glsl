// What changes from one run of the recorded commands to the next; written by the CPU, `StepState` in Swift.
layout(binding = STATE_BINDING) readonly buffer State {
    uint position;             // of the batch's first token
    uint last_position;        // of the batch's last token
    uint seed_low;
    uint seed_high;
    float inverse_temperature; // 0 asks for the greatest logit
};
