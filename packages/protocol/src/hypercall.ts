// Hypercall numbers and return codes (LoPAR, "Hypervisor Call Functions" and "Hypervisor Call Return Code Table"; Linux hvcall.h), shared
// by guests that call and the PLIC that serves. Only those that are modelled; what they do is in the PLIC.

/** Tokens: multiples of 4 (LoPAR). */
export const H_REMOVE = 0x4
export const H_ENTER = 0x8
export const H_READ = 0xc
export const H_CLEAR_MOD = 0x10
export const H_CLEAR_REF = 0x14
export const H_PROTECT = 0x18
export const H_GET_TCE = 0x1c
export const H_PUT_TCE = 0x20
export const H_PAGE_INIT = 0x2c
export const H_GET_TERM_CHAR = 0x54
export const H_PUT_TERM_CHAR = 0x58
export const H_EOI = 0x64
export const H_CPPR = 0x68
export const H_IPI = 0x6c
export const H_XIRR = 0x74
export const H_REGISTER_VPA = 0xdc
export const H_CEDE = 0xe0
export const H_CONFER = 0xe4
export const H_PROD = 0xe8
export const H_GET_PPP = 0xec
export const H_SET_PPP = 0xf0
export const H_PIC = 0xf8
export const H_REG_CRQ = 0xfc
export const H_FREE_CRQ = 0x100
export const H_VIO_SIGNAL = 0x104
export const H_SEND_CRQ = 0x108
export const H_PUT_RTCE = 0x10c
export const H_COPY_RDMA = 0x110
export const H_REGISTER_LOGICAL_LAN = 0x114
export const H_FREE_LOGICAL_LAN = 0x118
export const H_ADD_LOGICAL_LAN_BUFFER = 0x11c
export const H_SEND_LOGICAL_LAN = 0x120
export const H_BULK_REMOVE = 0x124
export const H_STUFF_TCE = 0x138
export const H_PUT_TCE_INDIRECT = 0x13c
export const H_FREE_LOGICAL_LAN_BUFFER = 0x1d4
export const H_POLL_PENDING = 0x1d8
export const H_ILLAN_ATTRIBUTES = 0x244
export const H_JOIN = 0x298
export const H_ENABLE_CRQ = 0x2b0
export const H_VPM_PSTAT = 0x2bc
export const H_SET_MPP = 0x2d0
export const H_GET_MPP = 0x2d4
export const H_MO_PERF = 0x2d8
export const H_REG_SUB_CRQ = 0x2dc
export const H_FREE_SUB_CRQ = 0x2e0
export const H_SEND_SUB_CRQ = 0x2e4
/** As FreeBSD numbers it (powerpc/pseries/phyp-hvcall.h). */
export const H_REG_SNS = 0x2f8
export const H_GET_MPP_X = 0x314
export const H_CLEAR_HPT = 0x358

/** Unit address of the interrupt of every partition's subvention queue: below those of virtual devices. */
export const SUBVENTION_UNIT = 0xfff

/** Unit address of a partition's console terminal (vty of Linux device trees), and of the interrupt that says that somebody has typed. */
export const TERMINAL_UNIT = 0x3000_0000

/** Return codes. */
export const H_Success = 0
export const H_Busy = 1
export const H_Closed = 2
export const H_NotAvailable = 3
export const H_Constrained = 4
export const H_Partial = 5
export const H_InProgress = 14
export const H_Pending = 17
export const H_Continue = 18
export const H_LongBusyOrder1mSec = 9900
export const H_LongBusyOrder10mSec = 9901
export const H_Hardware = -1
export const H_Function = -2
export const H_Privilege = -3
export const H_Parameter = -4
export const H_BadMode = -5
export const H_PtegFull = -6
export const H_NotFound = -7
export const H_NoMem = -9
export const H_Authority = -10
export const H_Permission = -11
export const H_Dropped = -12
export const H_SourceParm = -13
export const H_DestParm = -14
export const H_RemoteParm = -15
export const H_Resource = -16
export const H_NotEnoughResources = -44
export const H_Rescinded = -46
export const H_P2 = -55
export const H_P3 = -56
export const H_P4 = -57
export const H_P5 = -58
export const H_TooBig = -64

/** Name of a return code, for traces and messages. */
export function hypercallCodeName(code: number): string {
  return names.get(code) ?? `H_${code}`
}

const names = new Map<number, string>([
  [H_Success, 'H_Success'],
  [H_Busy, 'H_Busy'],
  [H_Closed, 'H_Closed'],
  [H_NotAvailable, 'H_Not_Available'],
  [H_Constrained, 'H_Constrained'],
  [H_Partial, 'H_Partial'],
  [H_InProgress, 'H_In_Progress'],
  [H_Pending, 'H_Pending'],
  [H_Continue, 'H_Continue'],
  [H_LongBusyOrder1mSec, 'H_LongBusyOrder1mSec'],
  [H_LongBusyOrder10mSec, 'H_LongBusyOrder10mSec'],
  [H_Hardware, 'H_Hardware'],
  [H_Function, 'H_Function'],
  [H_Privilege, 'H_Privilege'],
  [H_Parameter, 'H_Parameter'],
  [H_BadMode, 'H_Bad_Mode'],
  [H_PtegFull, 'H_PTEG_FULL'],
  [H_NotFound, 'H_NotFound'],
  [H_NoMem, 'H_NoMem'],
  [H_Authority, 'H_Authority'],
  [H_Permission, 'H_Permission'],
  [H_Dropped, 'H_Dropped'],
  [H_SourceParm, 'H_S_Parm'],
  [H_DestParm, 'H_D_Parm'],
  [H_RemoteParm, 'H_R_Parm'],
  [H_Resource, 'H_Resource'],
  [H_NotEnoughResources, 'H_NOT_ENOUGH_RESOURCES'],
  [H_Rescinded, 'H_Rescinded'],
  [H_P2, 'H_P2'],
  [H_P3, 'H_P3'],
  [H_P4, 'H_P4'],
  [H_P5, 'H_P5'],
  [H_TooBig, 'H_TOO_BIG'],
])
