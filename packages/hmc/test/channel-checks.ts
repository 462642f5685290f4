// What the tests of channels look at, and how long the steps of a connection take when nothing but the link takes time.

import { expect } from 'vitest'
import type { SessionParameters } from '../src/index.js'
import { LATENCY, perCommand, type Scene } from './served-console.js'

/** The series that sets a channel up. */
export const series = ['connection.identify', 'connection.authenticate', 'connection.capabilities', 'connection.subscribe']

/** Transport and full handshake: three round trips. Set-up: four more. */
export const CONNECT = 6 * LATENCY
export const SET_UP = 8 * LATENCY
export const COMMAND = 2 * LATENCY

export const kept = (sessions: number, pipeline: number): SessionParameters => ({ mode: 'kept', sessions, pipeline, resume: false })
export const parallel = (sessions: number): SessionParameters => ({ ...perCommand, sessions })

/** Sends commands about partitions 1, 2 and so on. */
export function send(scene: Scene, commands: number): void {
  for (let i = 0; i < commands; i++) scene.console.send(scene.system, 'lpar.read', { id: i + 1 })
}

/** Of the commands that have ended, in the order of ending. */
export function statuses(scene: Scene): string[] {
  return scene.commands().map(({ status }) => status)
}

export function fspPath(scene: Scene): { state: string; channels: number; waiting: number; outstanding: number } {
  const { connectionState, channels, waiting, outstanding } = scene.system.fspPath
  return { state: connectionState, channels: channels.length, waiting: waiting.length, outstanding }
}

/** Nothing is left behind of any command. */
export function expectAtRest(scene: Scene): void {
  expect(fspPath(scene)).toMatchObject({ waiting: 0, outstanding: 0 })
  expect(scene.system.fspPath.channels.map(({ pending }) => pending.size).filter((size) => size > 0)).toEqual([])
  const { asked, finished } = scene.console.statistics()
  expect(finished).toBe(asked)
}
