// What the restricted shell calls itself in its messages.
// Its programs have their own names.

export const SHELL_NAME = '-hmcbash'
