// What the service processor has the hypervisor do about hardware: take failing or not activated resources out, put them back, say how
// busy the processors are. The hypervisor serves it.

export interface PlatformResources {
  /** Takes what is free out of the configuration, negative amounts put back. Returns what was taken: less than asked when less is free. */
  deconfigure(amounts: { readonly memoryMiB: number; readonly hundredths: number }): {
    readonly memoryMiB: number
    readonly hundredths: number
  }
}
