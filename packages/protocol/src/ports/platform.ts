// What the service processor has the hypervisor do about hardware: take failing or not activated resources out, put them back; take
// its error logs. The hypervisor serves it.

export interface PlatformResources {
  /** Takes what is free out of the configuration, negative amounts put back. Returns what was taken: less than asked when less is free. */
  deconfigure(amounts: { readonly memoryMiB: number; readonly hundredths: number }): {
    readonly memoryMiB: number
    readonly hundredths: number
  }
  /** Takes an error log and hands it on to the operating systems that run; how many those are. For a hypervisor that runs. */
  errorLogged(): number
}
