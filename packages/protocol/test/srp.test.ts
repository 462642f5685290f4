// Information units of virtual SCSI as bytes: layouts by offsets of Linux include/scsi/srp.h, and units that come back as they went in.

import { expect, it } from 'vitest'
import {
  CrqPage,
  emptySrpCommand,
  emptySrpResponse,
  readSrpCommand,
  readSrpLoginLimit,
  readSrpResponse,
  readSrpTag,
  SCSI_READ_16,
  SCSI_TEST_UNIT_READY,
  SCSI_WRITE_16,
  SRP_CMD,
  SRP_LOGIN_RSP,
  srpOpcode,
  writeSrpCommand,
  writeSrpLogin,
  writeSrpResponse,
} from '../src/index.js'

const view = () => new DataView(new ArrayBuffer(512))

it('a command has its tag at byte 8, its unit at 20, its SCSI command at 32 and its descriptor at 48', () => {
  const unit = view()
  const place = { block: 2 ** 33 + 8, blocks: 256, ioba: 2 ** 34 + 4096, bytes: 131_072 }
  const command = { tag: 2 ** 40 + 7, lun: 5, operation: SCSI_WRITE_16, ...place }
  writeSrpCommand(unit, 64, command)
  expect([srpOpcode(unit, 64), readSrpTag(unit, 64)]).toEqual([SRP_CMD, command.tag])
  expect([unit.getUint8(69), unit.getUint8(70), unit.getUint8(71)]).toEqual([0x10, 1, 0])
  expect([unit.getUint16(84), unit.getUint8(96), unit.getBigUint64(98), unit.getUint32(106)]).toEqual([0x8500, 0x8a, 2n ** 33n + 8n, 256])
  expect([unit.getBigUint64(112), unit.getUint32(124)]).toEqual([2n ** 34n + 4096n, 131_072])
  const back = emptySrpCommand()
  readSrpCommand(unit, 64, back)
  expect(back).toEqual(command)
})

it('a read says data in, and a command without data has no descriptor', () => {
  const unit = view()
  writeSrpCommand(unit, 0, { tag: 1, lun: 0, operation: SCSI_READ_16, block: 0, blocks: 8, ioba: 0, bytes: 4096 })
  expect([unit.getUint8(5), unit.getUint8(6), unit.getUint8(7)]).toEqual([0x01, 0, 1])
  writeSrpCommand(unit, 0, { tag: 1, lun: 0, operation: SCSI_TEST_UNIT_READY, block: 0, blocks: 0, ioba: 0, bytes: 0 })
  expect(unit.getUint32(4)).toBe(0)
})

it('a response has the request limit delta at byte 4 and the status at 19', () => {
  const unit = view()
  const response = { tag: 99, status: 0x28, requestLimitDelta: -1 }
  writeSrpResponse(unit, 0, response)
  expect([unit.getUint8(0), unit.getInt32(4), unit.getUint8(19)]).toEqual([0xc1, -1, 0x28])
  const back = emptySrpResponse()
  readSrpResponse(unit, 0, back)
  expect(back).toEqual(response)
})

it('an accepted login says how many requests may be outstanding', () => {
  const unit = view()
  writeSrpLogin(unit, 0, SRP_LOGIN_RSP, 3, 100)
  expect([srpOpcode(unit, 0), readSrpTag(unit, 0), readSrpLoginLimit(unit, 0)]).toEqual([0xc0, 3, 100])
})

it('a queue page is read in order, round and round, and what was read is free again', () => {
  const queue = new CrqPage()
  for (let entry = 0; entry < 600; entry++) {
    const at = (entry % 256) * 16
    expect(queue.page[at]).toBe(0)
    queue.page[at] = 0x80
    queue.page[at + 1] = 1
    queue.page[at + 15] = entry
    expect(queue.take()).toBe(true)
    expect([queue.header, queue.kind, queue.w3]).toEqual([0x80, 1, entry & 0xff])
  }
  expect(queue.take()).toBe(false)
})
