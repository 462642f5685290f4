// Hypercall numbers and return codes (LoPAR; Linux hvcall.h), shared by guests that call and the PLIC that serves.
// Only those that the management channel uses; the others come with their models.

/** Tokens: multiples of 4 (LoPAR). */
export const H_REG_CRQ = 0xfc
export const H_FREE_CRQ = 0x100
export const H_VIO_SIGNAL = 0x104
export const H_SEND_CRQ = 0x108
export const H_COPY_RDMA = 0x110

/** Return codes. */
export const H_Success = 0
export const H_Busy = 1
export const H_Closed = 2
export const H_Hardware = -1
export const H_Function = -2
export const H_Parameter = -4
export const H_NotFound = -7
export const H_Dropped = -12
export const H_SourceParm = -13
export const H_DestParm = -14
export const H_Permission = -11
export const H_Authority = -10
export const H_Resource = -16

/** Name of a return code, for traces and messages. */
export function hypercallCodeName(code: number): string {
  return names.get(code) ?? `H_${code}`
}

const names = new Map<number, string>([
  [H_Success, 'H_Success'],
  [H_Busy, 'H_Busy'],
  [H_Closed, 'H_Closed'],
  [H_Hardware, 'H_Hardware'],
  [H_Function, 'H_Function'],
  [H_Parameter, 'H_Parameter'],
  [H_NotFound, 'H_NotFound'],
  [H_Dropped, 'H_Dropped'],
  [H_SourceParm, 'H_S_Parm'],
  [H_DestParm, 'H_D_Parm'],
  [H_Permission, 'H_Permission'],
  [H_Authority, 'H_Authority'],
  [H_Resource, 'H_Resource'],
])
