# An existing pipeline, and what makes its approval action use Greenlight.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0"
    }
  }
}

variable "artifact_bucket" {
  type = string
}

variable "source_bucket" {
  type = string
}

variable "codedeploy_application" {
  type = string
}

# Greenlight: two variables
variable "approval_topic_arn" {
  description = "Output of Greenlight's stack, or of infra/spoke.yml if the bot is in another account or Region."
  type        = string
}

variable "approval_topic_key_arn" {
  description = "The KMS key of that topic; null if it has none."
  type        = string
  default     = null
}
# Greenlight: to here

data "aws_iam_policy_document" "codepipeline_assumes" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["codepipeline.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "pipeline" {
  assume_role_policy = data.aws_iam_policy_document.codepipeline_assumes.json
}

# Greenlight: a permission of the service role
data "aws_iam_policy_document" "ask_for_approval" {
  statement {
    actions   = ["sns:Publish"]
    resources = [var.approval_topic_arn]
  }

  dynamic "statement" {
    for_each = var.approval_topic_key_arn[*]
    content {
      actions   = ["kms:Decrypt", "kms:GenerateDataKey*"]
      resources = [statement.value]
    }
  }
}

resource "aws_iam_role_policy" "ask_for_approval" {
  name   = "ask-for-approval"
  role   = aws_iam_role.pipeline.name
  policy = data.aws_iam_policy_document.ask_for_approval.json
}
# Greenlight: to here

resource "aws_codepipeline" "app" {
  name          = "app"
  pipeline_type = "V2"
  role_arn      = aws_iam_role.pipeline.arn

  artifact_store {
    type     = "S3"
    location = var.artifact_bucket
  }

  stage {
    name = "Source"

    action {
      name             = "Source"
      category         = "Source"
      owner            = "AWS"
      provider         = "S3"
      version          = "1"
      namespace        = "SourceVariables"
      output_artifacts = ["source"]

      configuration = {
        S3Bucket             = var.source_bucket
        S3ObjectKey          = "app.zip"
        PollForSourceChanges = "false"
      }
    }
  }

  stage {
    name = "Production"

    # Greenlight: the approval
    action {
      name               = "Approve"
      run_order          = 1
      category           = "Approval"
      owner              = "AWS"
      provider           = "Manual"
      version            = "1"
      timeout_in_minutes = 1440

      configuration = {
        NotificationArn = var.approval_topic_arn
        CustomData      = "Look at staging first. Execution #{codepipeline.PipelineExecutionId}"
      }
    }
    # Greenlight: to here

    action {
      name            = "Deploy"
      run_order       = 2
      category        = "Deploy"
      owner           = "AWS"
      provider        = "CodeDeploy"
      version         = "1"
      input_artifacts = ["source"]

      configuration = {
        ApplicationName     = var.codedeploy_application
        DeploymentGroupName = "production"
      }
    }
  }
}
