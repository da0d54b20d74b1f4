import fc from 'fast-check'

// Of the process that started this one (begin-run.ts).
fc.configureGlobal({ seed: Number(process.env['FC_SEED']) })
