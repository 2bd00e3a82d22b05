from rtfm_mmaction.workshop.cli.activitynet import main

if __name__ == '__main__':
    main()
