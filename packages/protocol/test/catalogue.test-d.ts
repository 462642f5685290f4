// The catalogue's types, checked when the tests are compiled: a command's name decides what may be sent and what comes back.

import type { CommandName, ReplyOf, RequestOf } from '../src/index.js'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
type Fits<Value, Target> = Value extends Target ? true : false

declare function send<N extends CommandName>(name: N, data: RequestOf<N>): ReplyOf<N>

// What the schema says is what the type says.
export const read: Equal<RequestOf<'lpar.read'>, { id: number }> = true
export const committed: Equal<ReplyOf<'stage.commit'>, { id: number; version: number }> = true
export const created: ReplyOf<'lpar.create'> = send('lpar.create', { name: 'db', environment: 'aixlinux', profileName: 'normal' })

// What does not fit is refused: a wrong field, a missing one, a word that is none, a name that no entry has.
export const wrongField: Fits<{ id: string }, RequestOf<'lpar.read'>> = false
export const missingField: Fits<{ name: string; environment: 'aixlinux' }, RequestOf<'lpar.create'>> = false
export const wrongWord: Fits<{ name: string; environment: 'windows'; profileName: string }, RequestOf<'lpar.create'>> = false
export const unknownName: Fits<'lpar.destroy', CommandName> = false
