import { createRequire } from 'node:module'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'

const { readOnce } = createRequire(import.meta.url)(join(process.cwd(), 'infra', 'called-once.cjs')) as {
  readOnce: (code: string) => string
}

const FILE = '(e,t)=>{var r=()=>t;e.same=r()===t}'
const WRITTEN = '(function(e,t){var r=()=>t;e.same=r()===t})'

test.each([
  ['of the same script', `var load=f=>f,a=load(${FILE});`, `var load=f=>f,a=load(${WRITTEN});`],
  [
    'of another script',
    `var a=(0,o.b)(${FILE}),b=(0,o.b)(${FILE});`,
    `var a=(0,o.b)(${WRITTEN}),b=(0,o.b)(${WRITTEN});`,
  ],
  ['with one parameter', 'var a=load(e=>{e.x=1});', 'var a=load((function(e){e.x=1}));'],
])('a file in CommonJS is written as a function that V8 compiles as it reads it: %s', (_, code, written) => {
  expect(readOnce(code)).toBe(written)
})

test.each([
  ['a schema that is made later', 'var a=lazy(()=>{return 1});'],
  ['an expression', 'var a=lazy(e=>e+1);'],
  ['a function with something beside it', 'var a=on("click",e=>{e.x=1});'],
  ['a function inside another', 'var a=()=>{var b=load(e=>{e.x=1})};'],
])('%s stays as it is', (_, code) => {
  expect(readOnce(code)).toBe(code)
})

test('the written file does what it did', () => {
  const code = `var load=f=>{var m={exports:{}};f(m.exports,m);return m.exports},a=load(${FILE});a.same`
  expect(runInNewContext(readOnce(code))).toBe(true)
  expect(runInNewContext(code)).toBe(true)
})
