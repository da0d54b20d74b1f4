'use strict'

/**
 * The statement with which a function asks whether a Change Calendar is open, for the calendars that greenlight.yml names.
 * infra/bot-roles.yml includes it; without such calendars it adds nothing.
 *
 * It is a script, because greenlight.yml says which calendars there are, in any account and Region.
 */

const { readFileSync } = require('node:fs')
const { join } = require('node:path')

const CALENDAR = /arn:aws[a-z-]*:ssm:[a-z0-9-]+:\d{12}:document\/[\w.-]{3,128}/g

const calendarArns = (text) => [...new Set(text.match(CALENDAR) ?? [])].sort()

module.exports = {
  calendarArns,
  askCalendars: () => {
    const arns = calendarArns(readFileSync(join(__dirname, '..', 'greenlight.yml'), 'utf8'))
    if (arns.length === 0) return { Ref: 'AWS::NoValue' }
    return { Sid: 'AskCalendars', Effect: 'Allow', Action: 'ssm:GetCalendarState', Resource: arns }
  },
}
