export const banks = {};
