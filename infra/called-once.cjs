'use strict'

const ts = require('typescript')

/** `NAME = f((exports, module) => {…})`: what esbuild makes of a file in CommonJS. */
const wrapped = (declaration) => {
  const call = declaration.initializer
  if (!call || !ts.isCallExpression(call) || call.arguments.length !== 1) return []
  const [file] = call.arguments
  const isFile = ts.isArrowFunction(file) && file.parameters.length > 0 && ts.isBlock(file.body)
  return isFile ? [file] : []
}

/**
 * The same code, whose functions of CommonJS files are written so that V8 compiles them as it reads them. V8 reads a function
 * that it may never call only to find its end, and again at its call: these are called once, mostly at the start. An arrow
 * function is read as an expression first, so they are written as `(function(…){…})`.
 *
 * @param {string} code a script
 * @returns {string}
 */
const readOnce = (code) => {
  const script = ts.createSourceFile('part.js', code, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS)
  const files = script.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => declarationList.declarations.flatMap(wrapped))
  return files.reduceRight((written, { pos, end, parameters, body }) => {
    const names = parameters.map((parameter) => code.slice(parameter.pos, parameter.end)).join(',')
    return `${written.slice(0, pos)}(function(${names})${code.slice(body.pos, end)})${written.slice(end)}`
  }, code)
}

module.exports = { readOnce }
